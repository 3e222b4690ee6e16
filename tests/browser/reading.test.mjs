// The reading page in a browser: widths, themes, drawer, keyboard, and life without scripts.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, lesson, startBrowser } from './harness.mjs';

let chrome;
before(async () => (chrome = await startBrowser()));
after(() => chrome.close());

const paths = ['index.html', '404.html', lesson];
const widths = [320, 360, 768, 1024, 1440, 1920];

/** Opens every fold, so that what is checked includes what they hide. */
const unfold = (page) =>
  page.evaluate(() => document.querySelectorAll('details').forEach((each) => (each.open = true)));

test('no page scrolls sideways at any width', async (t) => {
  for (const path of paths) {
    const page = await chrome.visit(t, path);
    await unfold(page);
    for (const width of widths) {
      await page.setViewportSize({ width, height: 800 });
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.equal(over, 0, `${path} at ${width}`);
    }
  }
});

test('axe finds nothing, in both themes, on phone and desktop', async (t) => {
  for (const path of paths) {
    for (const colorScheme of ['light', 'dark']) {
      for (const width of [360, 1440]) {
        const page = await chrome.visit(t, path, {
          colorScheme,
          viewport: { width, height: 800 },
          bypassCSP: true,
        });
        await unfold(page);
        await page.evaluate(() => document.fonts.ready);
        assert.deepEqual(await axe(page), [], `${path}, ${colorScheme}, ${width}`);
      }
    }
  }
});

test('the drawer opens, is walked through and closes by keyboard alone', async (t) => {
  const page = await chrome.visit(t, lesson, { viewport: { width: 360, height: 780 } });
  const focused = () => page.evaluate(() => document.activeElement.textContent.trim());
  const drawer = page.getByRole('navigation', { name: 'Lessons' });
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'Skip to the text');
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'Lessons');
  assert.equal(await drawer.isVisible(), false);
  await page.keyboard.press('Enter');
  assert.equal(await drawer.isVisible(), true);
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'Close');
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'Why deep learning?');
  await page.keyboard.press('Escape');
  assert.equal(await drawer.isVisible(), false);
  assert.equal(await focused(), 'Lessons');
});

test('the sidebar folds, and stays folded after a reload', async (t) => {
  const page = await chrome.visit(t, lesson, { viewport: { width: 1440, height: 900 } });
  const drawer = page.getByRole('navigation', { name: 'Lessons' });
  const button = page.getByRole('button', { name: 'Lessons' });
  assert.equal(await drawer.isVisible(), true);
  await button.click();
  assert.equal(await drawer.isVisible(), false);
  await page.reload();
  assert.equal(await drawer.isVisible(), false);
  assert.equal(await button.getAttribute('aria-expanded'), 'false');
  await button.click();
  assert.equal(await drawer.isVisible(), true);
});

test('the theme goes through automatic, light and dark, and is kept', async (t) => {
  const page = await chrome.visit(t, lesson, { colorScheme: 'light' });
  const paper = () =>
    page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await paper();
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await paper();
  assert.notEqual(dark, light);
  await page.getByRole('button', { name: 'Theme: Auto' }).click();
  assert.equal(await paper(), light);
  await page.getByRole('button', { name: 'Theme: Light' }).click();
  assert.equal(await paper(), dark);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.reload();
  assert.equal(await paper(), dark);
  await page.getByRole('button', { name: 'Theme: Dark' }).click();
  assert.equal(await paper(), light);
});

test('sources stand in the margin on a wide page and in the line on a narrow one', async (t) => {
  const page = await chrome.visit(t, lesson, { viewport: { width: 1440, height: 900 } });
  const note = page.locator('.margin-note').first();
  const text = page.locator('.prose > p').first();
  const right = (box) => box.x + box.width;
  assert.ok((await note.boundingBox()).x > right(await text.boundingBox()));
  await page.setViewportSize({ width: 360, height: 780 });
  assert.equal(await note.isVisible(), false);
  assert.equal(await page.locator('.cite-short').first().isVisible(), true);
});

test('without scripts the lesson can be read, its answers opened, the drawer used', async (t) => {
  const page = await chrome.visit(t, lesson, {
    javaScriptEnabled: false,
    viewport: { width: 360, height: 780 },
  });
  assert.equal(
    await page.getByRole('heading', { name: 'A ceiling you can touch' }).isVisible(),
    true,
  );
  const question = page.locator('[data-question="feature-frozen"]');
  await question.getByText('Answer and why').click();
  assert.equal(await question.getByText('Only these are learned').isVisible(), true);
  const sentences = await page.locator('noscript').all();
  assert.ok(sentences.length > 0);
  for (const sentence of sentences) assert.equal(await sentence.isVisible(), true);
  assert.equal(await page.locator('.theme').isVisible(), false);
  await page.getByRole('button', { name: 'Lessons' }).click();
  assert.equal(await page.getByRole('navigation', { name: 'Lessons' }).isVisible(), true);
});

test('a link to a page that is not there gives a page that looks and leads home', async (t) => {
  const page = await chrome.visit(t, 'lessons/no/such/page.html', { expected: /404/ });
  assert.equal(await page.evaluate(() => document.fonts.check('16px "Source Serif 4"')), true);
  await page.getByRole('link', { name: 'Go to the course' }).click();
  assert.equal(await page.title(), 'Gradschool');
});
