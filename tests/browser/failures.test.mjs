// What may go wrong around a page: one clear sentence, the text stays, the rest keeps working.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  axe,
  demo,
  lesson,
  live,
  model,
  rewrite,
  startBrowser,
  stats,
  unasked,
  until,
  untilModel,
} from './harness.mjs';

let site;
before(async () => (site = await startBrowser()));
after(() => site.close());

const still = { reducedMotion: 'reduce' };
const quick = 'grad-quiz[questions*=","]';
const button = (element, name) => element.getByRole('button', { name, exact: true });
const card = (element) => element.getByRole('alert');
/** Chromium itself reports requests that fail. */
const requestFailed = /Failed to load resource|net::ERR/;

/** The element near the reader, whatever becomes of it. */
async function approach(page, selector) {
  const element = page.locator(selector);
  await element.scrollIntoViewIfNeeded();
  return element;
}

test('an engine that does not arrive leaves text, questions and one sentence', async (t) => {
  let blocked = true;
  const prepare = (page) =>
    page.route('**/wasm/*.wasm', (route) => (blocked ? route.abort() : route.continue()));
  const page = await site.visit(t, unasked, { ...still, prepare, expected: requestFailed });
  const element = await approach(page, 'grad-demo#feature-ceiling');
  await card(element).getByText('could not be loaded').waitFor();
  assert.equal(await card(element).count(), 1);
  const quiz = await approach(page, quick);
  await card(quiz).getByText('could not be loaded').waitFor();
  assert.ok(await quiz.locator('fieldset').last().isVisible());
  assert.ok(await page.getByRole('heading', { level: 1 }).isVisible());
  assert.deepEqual(await axe(page), []);

  blocked = false;
  await button(card(quiz), 'Reload').click();
  await live(page, quick);
  await demo(page);
});

test('an engine that is damaged is refused in one sentence', async (t) => {
  const prepare = (page) =>
    page.route('**/wasm/*.wasm', (route) =>
      route.fulfill({ contentType: 'application/wasm', body: 'not a module' }),
    );
  const page = await site.visit(t, unasked, { ...still, prepare });
  await card(await approach(page, 'grad-demo#feature-ceiling'))
    .getByText('could not be loaded')
    .waitFor();
});

test('a host that names the wrong type for modules is good enough', async (t) => {
  const prepare = (page) =>
    page.route('**/wasm/*.wasm', async (route) =>
      route.fulfill({ response: await route.fetch(), contentType: 'application/octet-stream' }),
    );
  const page = await site.visit(t, unasked, { ...still, prepare });
  assert.equal((await model(await demo(page))).steps, 0);
});

test('without the fast module the plain one runs', async (t) => {
  const prepare = (page) =>
    page.route('**/demos-1-fast.*', (route) => route.fulfill({ status: 404 }));
  const page = await site.visit(t, unasked, { ...still, prepare, expected: requestFailed });
  assert.equal((await stats(await demo(page))).module, 'simd');
});

test('a demo that does not exist takes nothing else with it', async (t) => {
  const prepare = (page) =>
    rewrite(page, `**/${lesson}*`, (html) =>
      html.replace('name="feature-ceiling"', 'name="perpetual-motion"'),
    );
  const page = await site.visit(t, unasked, { ...still, prepare });
  await card(await approach(page, 'grad-demo#feature-ceiling'))
    .getByText('perpetual-motion')
    .waitFor();
  assert.equal((await model(await live(page, quick))).done, 0);
});

test('a killed worker is noticed, and every view comes back as it was', async (t) => {
  const page = await site.visit(t, unasked, still);
  const quiz = await live(page, quick);
  await quiz.getByRole('radio').first().click();
  const chosen = await until(
    () => model(quiz),
    (now) => now.items[0].chosen.includes(true),
    'the choice',
  );
  const element = await demo(page);
  await button(element, 'Step').click();
  const before = await untilModel(element, (now) => now.steps === 1, 'a step');

  const [worker] = page.workers().filter((each) => each.url().endsWith('/runtime/worker.js'));
  await worker.evaluate(() => close());
  await button(element, 'Step').click();
  await card(element).getByText('stopped answering').waitFor();
  await button(card(element), 'Reload').click();
  assert.deepEqual(await untilModel(await demo(page), (now) => now.steps === 1), before);
  assert.deepEqual((await model(await live(page, quick))).items, chosen.items);
  await button(element, 'Step').click();
  await untilModel(element, (now) => now.steps === 2, 'a step in the new worker');
});

test('an engine that breaks shows a card for its view and rebuilds the others', async (t) => {
  // The fault is put in where the engine is called: its third slice of work traps.
  const prepare = (page) =>
    rewrite(
      page,
      '**/wasm/demos-*.mjs',
      (source) => `${source.replace(/export default (\w+);/, 'const create = $1;')}
        let left = 3;
        export default async (options) => {
          const module = await create(options);
          const advance = module._grad_advance;
          const trap = (view) => {
            if (--left === 0) throw new WebAssembly.RuntimeError('unreachable');
            return advance(view);
          };
          // Emscripten puts the function itself in the place of its first caller.
          Object.defineProperty(module, '_grad_advance', { get: () => trap, set() {} });
          return module;
        };`,
    );
  const page = await site.visit(t, unasked, { ...still, prepare });
  const quiz = await live(page, quick);
  await quiz.getByRole('radio').first().click();
  const { items } = await until(
    () => model(quiz),
    (now) => now.items[0].chosen.includes(true),
  );
  const element = await demo(page);
  await button(element, 'Run').click();
  await card(element).getByText('broke while working for this figure').waitFor();
  assert.deepEqual((await model(await live(page, quick))).items, items);
  await button(card(element), 'Reload').click();
  assert.ok((await model(await demo(page))).steps < 200);
});

test('a lost WebGL context is replaced', async (t) => {
  // Workers' contexts are out of a page's reach, so the worker is asked to keep its own.
  const prepare = (page) =>
    rewrite(
      page,
      '**/runtime/worker.js',
      (source) => `${source}
        const original = OffscreenCanvas.prototype.getContext;
        OffscreenCanvas.prototype.getContext = function (kind, ...rest) {
          const context = original.call(this, kind, ...rest);
          if (kind === 'webgl2') globalThis.lastContext = context;
          return context;
        };`,
    );
  const page = await site.visit(t, unasked, { ...still, prepare });
  const element = await demo(page);
  const { pictures } = await until(
    () => stats(element),
    (now) => now.pictures > 2,
  );
  const [worker] = page.workers().filter((each) => each.url().endsWith('/runtime/worker.js'));
  await worker.evaluate(() => {
    globalThis.lost = globalThis.lastContext;
    globalThis.lost.getExtension('WEBGL_lose_context').loseContext();
  });
  await until(() => worker.evaluate(() => globalThis.lastContext !== globalThis.lost), Boolean);
  await until(
    () => stats(element),
    (now) => now.pictures > pictures,
    'new pictures',
  );
  await button(element, 'Step').click();
  await untilModel(element, (now) => now.steps === 1, 'a step');
});

test('without WebGL2 there is the text form', async (t) => {
  const plain = await startBrowser({ webgl: false });
  t.after(() => plain.close());
  const page = await plain.visit(t, unasked, { ...still, expected: /WebGL|GPU/i });
  const element = await demo(page);
  await element.getByText('no WebGL2').waitFor();
  await button(element, 'Step').click();
  await untilModel(element, (now) => now.steps === 1, 'a step');
  const quiz = page.locator(quick);
  await quiz.scrollIntoViewIfNeeded();
  await quiz.locator('fieldset').last().waitFor();
  const first = quiz.locator('fieldset').first();
  await first.getByRole('radio').first().check();
  await first.getByRole('button', { name: 'Check' }).click();
  await until(
    () => model(quiz),
    (now) => now.items[0].tries === 1,
    'a try',
  );
  assert.deepEqual(await axe(page), []);
});

test('forced colours get the text form', async (t) => {
  const page = await site.visit(t, unasked, { ...still, forcedColors: 'active' });
  const element = await demo(page);
  assert.equal(await element.locator('canvas').isVisible(), false);
  assert.ok(await button(element, 'Step').isVisible());
});

test('a plain host without isolation headers runs the plain module', async (t) => {
  const plain = await startBrowser({ isolated: false });
  t.after(() => plain.close());
  const page = await plain.visit(t);
  const element = await demo(page);
  assert.equal((await stats(element)).module, 'simd');
  const { readouts } = await untilModel(element, (now) => now.complete, 'the run being complete');

  const isolated = await demo(await site.visit(t));
  const same = await untilModel(isolated, (now) => now.complete, 'the run being complete');
  assert.deepEqual(same.readouts, readouts);
});
