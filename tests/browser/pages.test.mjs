// Every page of the built site: no errors, nothing that axe objects to, no sideways scrolling.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { axe, startBrowser, untilModel } from './harness.mjs';

const dist = fileURLToPath(new URL('../../web/dist', import.meta.url));
const pages = readdirSync(dist, { recursive: true }).filter((name) => name.endsWith('.html'));

let site;
before(async () => (site = await startBrowser()));
after(() => site.close());

/** Scrolls through the page so that everything on it comes to life and to rest. */
async function liven(page) {
  for (const element of await page.locator('grad-demo, grad-quiz').all()) {
    await element.scrollIntoViewIfNeeded();
    await element.and(page.locator('[data-view="live"][data-open]')).waitFor();
  }
  for (const element of await page.locator('grad-demo').all()) {
    await element.scrollIntoViewIfNeeded();
    await untilModel(element, (now) => !now.running, 'rest');
  }
}

for (const path of pages) {
  for (const colorScheme of ['light', 'dark']) {
    test(`${path} is accessible (${colorScheme})`, async (t) => {
      const page = await site.visit(t, path, { colorScheme });
      await liven(page);
      assert.deepEqual(await axe(page), []);
    });
  }

  for (const width of [320, 360, 768]) {
    test(`${path} does not scroll sideways at ${width} px`, async (t) => {
      const page = await site.visit(t, path, { viewport: { width, height: 740 } });
      await liven(page);
      const wide = await page.evaluate(() =>
        [...document.querySelectorAll('body *')]
          .filter((each) => each.getBoundingClientRect().right > innerWidth + 0.5)
          .filter((each) => !each.closest('.grad-overlay, .visually-hidden, svg'))
          .map((each) => each.outerHTML.slice(0, 80)),
      );
      const scrolls = await page.evaluate(() => {
        scrollTo({ left: 100, behavior: 'instant' });
        return scrollX;
      });
      assert.equal(scrolls, 0, wide.join('\n'));
    });
  }
}
