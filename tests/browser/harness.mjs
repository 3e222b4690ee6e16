// What the browser tests share: the built site on a loopback port, Debian's Chromium, pages that
// fail the test when they write an error to the console.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import { startServer } from '../../web/serve.mjs';

export const lesson = 'lessons/01-01-why-deep-learning.html';
/** The same with a link to its first demo as it begins, which then asks for no guess. */
export const unasked = `${lesson}?feature-ceiling=`;

/** Milliseconds that busy machines may take for what should be there at once. */
export const patience = 150_000;

const quiet = [
  '--headless',
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const graphics = ['--use-gl=angle', '--use-angle=gl-egl', '--ignore-gpu-blocklist'];

/** Debian's Chromium without a window; `webgl` false: as on a machine that has none. */
export const launchChromium = ({ webgl = true } = {}) =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [...quiet, ...(webgl ? graphics : ['--disable-gpu', '--disable-software-rasterizer'])],
  });

/**
 * A browser and a server for the tests of one file.
 * @param {{folder?: string, isolated?: boolean, webgl?: boolean}} options `folder` in the place of
 *   web/dist; `isolated` false serves as a plain host does
 */
export async function startBrowser({ folder, isolated = true, webgl = true } = {}) {
  const server = await startServer({ folder, isolated });
  const browser = await launchChromium({ webgl });
  const site = `http://127.0.0.1:${server.address().port}/`;

  /**
   * A page in a context of its own, closed after the test, which fails if the page wrote errors
   * (those that `expected` matches are left out).
   */
  async function visit(t, path = unasked, { context: given, expected, prepare, ...options } = {}) {
    const context =
      given ?? (await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options }));
    context.setDefaultTimeout(patience);
    const page = await context.newPage();
    const errors = [];
    const note = (text) => expected?.test(text) || errors.push(text);
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) note(message.text());
    });
    page.on('pageerror', (error) => note(String(error)));
    t.after(async () => {
      if (!given) await context.close();
      assert.deepEqual(errors, []);
    });
    await prepare?.(page);
    await page.goto(site + path);
    return page;
  }

  const close = async () => {
    await browser.close();
    await new Promise((closed) => server.close(closed));
  };
  return { browser, site, visit, close };
}

/** Changes the text of a file on its way to the page. */
export const rewrite = (page, files, change) =>
  page.route(files, async (route) => {
    const response = await route.fetch();
    const headers = response.headers();
    delete headers['content-length'];
    const body = change(await response.text());
    await route.fulfill({ status: response.status(), headers, body });
  });

/** The element once it runs, scrolled into view. */
export async function live(page, selector) {
  const element = page.locator(selector);
  await element.scrollIntoViewIfNeeded();
  await page.locator(`${selector}[data-view="live"][data-open]`).waitFor();
  await element.scrollIntoViewIfNeeded();
  return element;
}

export const demo = (page) => live(page, 'grad-demo#feature-ceiling');
export const model = (element) => element.evaluate((each) => each.model());
export const stats = (element) => element.evaluate((each) => each.stats());

/** Asks again and again until `test` holds for what `ask` gives; that. */
export async function until(ask, test, what = 'the condition') {
  const end = Date.now() + patience;
  for (;;) {
    const value = await ask();
    if (test(value)) return value;
    assert.ok(Date.now() < end, `${what} did not come true; last: ${JSON.stringify(value)}`);
    await new Promise((again) => setTimeout(again, 50));
  }
}

export const untilModel = (element, test, what) => until(() => model(element), test, what);

/** What the page's own store holds under a name: parsed, or the text itself, or null. */
export const kept = (page, name) =>
  page.evaluate(async (wanted) => {
    const { openStore } = await import(new URL('/runtime/store.js', location.href).href);
    const text = (await (await openStore()).read([wanted])).get(wanted);
    try {
      return text === undefined ? null : JSON.parse(text);
    } catch {
      return text;
    }
  }, name);

/** Storage takes its time: what is to be there after a reload must first be kept. */
export const untilKept = (page, name, test) =>
  until(
    () => kept(page, name),
    (now) => now !== null && test(now),
    `what is kept as ${name}`,
  );

/** From now on, and until the page is left, nothing that it keeps reaches the database. */
export const blockDatabase = (page) =>
  page.evaluate(
    () =>
      new Promise((blocked) => {
        const request = indexedDB.open('gradschool', 1);
        request.onsuccess = () => {
          const records = request.result.transaction('records', 'readwrite').objectStore('records');
          const hold = () => {
            records.get('none').onsuccess = hold;
            blocked();
          };
          hold();
        };
      }),
  );

/** Lets the page draw `count` frames of its own. */
export const frames = (page, count) =>
  page.evaluate(
    (left) =>
      new Promise((done) => {
        const next = () => (left-- > 0 ? requestAnimationFrame(next) : done());
        next();
      }),
    count,
  );

/** Colour [r, g, b] of the picture at a point in CSS pixels. */
export const pixel = (element, x, y) =>
  element.evaluate(
    async (each, [left, top]) => {
      const canvas = each.querySelector('canvas');
      const scale = canvas.width / canvas.getBoundingClientRect().width;
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
      copy.drawImage(canvas, 0, 0);
      return [...copy.getImageData(left * scale, top * scale, 1, 1).data].slice(0, 3);
    },
    [x, y],
  );

const axeSource = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe finds wrong with the page, or what of it `within` selects, as lines. */
export async function axe(page, within = 'html') {
  // Outside of the page's own policy, which allows only its own scripts.
  const source = await (await import('node:fs/promises')).readFile(axeSource, 'utf8');
  await page.evaluate(source);
  return page.evaluate(async (selector) => {
    const { violations } = await globalThis.axe.run(selector);
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  }, within);
}
