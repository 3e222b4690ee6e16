// What runs came to when the site was built, by the native program, and the page's own runs beside
// it: equal to the bit, in every demo and preset of the lessons.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { demo, lesson, live, rewrite, startBrowser, unasked, untilModel } from './harness.mjs';

const lessons = fileURLToPath(new URL('../../web/dist/lessons', import.meta.url));

/** Every demo of a lesson as it stands, without the guess it may ask for, and every preset. */
function runsOf(file) {
  const html = readFileSync(join(lessons, file), 'utf8');
  const runs = [
    ...[...html.matchAll(/<grad-demo id="([^"]*)"/g)].map(([, id]) => ({ id, query: `?${id}=` })),
    ...[...html.matchAll(/href="\?([\w-]+)=([^"#]*)#/g)].map(([, id, state]) => ({
      id,
      query: `?${id}=${state}`,
    })),
  ];
  return runs
    .filter((run, i) => runs.findIndex((o) => o.query + o.id === run.query + run.id) === i)
    .map((run) => ({ ...run, path: `lessons/${file}` }));
}

const runs = readdirSync(lessons)
  .filter((file) => file.endsWith('.html'))
  .flatMap(runsOf);

let site;
before(async () => (site = await startBrowser()));
after(() => site.close());

const still = { reducedMotion: 'reduce' };
const button = (element, name) => element.getByRole('button', { name, exact: true });

test('every demo and preset comes to what the build computed', async (t) => {
  assert.ok(runs.length > 5);
  const waiting = [...runs];
  const work = async () => {
    for (let run = waiting.shift(); run; run = waiting.shift()) {
      const page = await site.visit(t, run.path + run.query);
      const element = await live(page, `grad-demo#${run.id}`);
      await button(element, 'Text controls').click(); // the numbers alone are quicker
      const end = await untilModel(
        element,
        // A preset may stop at a step before the end.
        (now) => !now.running && !['none', 'ahead'].includes(now.recorded),
        run.query,
      );
      assert.equal(end.recorded, 'same', `${run.id}${run.query}`);
      await page.close();
    }
  };
  await Promise.all([work(), work()]);
});

test('what is ahead is shown before the first step, and gone at the end', async (t) => {
  const page = await site.visit(t, unasked, still);
  const element = await demo(page);
  const start = await untilModel(element, (now) => now.recorded === 'ahead', 'the recorded runs');
  assert.equal(start.steps, 0);
  await element.getByText('Faint, and after the arrows: the end of this run').waitFor();
  const loss = element.getByText(/^Network, loss: \d\.\d{3}, in the end 0\.0\d\d$/);
  await loss.first().waitFor({ state: 'attached' });
  await button(element, 'Run').click();
  await untilModel(element, (now) => now.recorded === 'same', 'the end');
  await element.getByText('Same numbers, to the last bit').waitFor();
  await button(element, 'New seed').click();
  await untilModel(element, (now) => now.recorded === 'none', 'a run that nobody recorded');
});

const prepare = (change) => (page) => rewrite(page, '**/results/feature-ceiling.json', change);

test('a recording that differs is said to differ', async (t) => {
  const change = (text) =>
    text.replace(/("mlp_loss":0\.\d+)(\d)/g, (_, digits, last) => digits + ((+last + 1) % 10));
  const page = await site.visit(t, unasked, { prepare: prepare(change) });
  const element = await demo(page);
  const end = await untilModel(element, (now) => now.complete, 'the end');
  assert.equal(end.recorded, 'different');
  await element.getByText('These are not the numbers of when this page was built').waitFor();
});

test('without recordings, or with a broken file, a demo runs as ever', async (t) => {
  const broken = await site.visit(t, unasked, {
    prepare: prepare((text) => text.slice(0, 1000)),
    expected: /^The recorded runs of feature-ceiling cannot be used: not JSON/,
  });
  const lost = await site.visit(t, unasked, {
    prepare: (page) => page.route('**/results/*', (route) => route.fulfill({ status: 404 })),
    expected: /status of 404/,
  });
  for (const page of [broken, lost]) {
    const end = await untilModel(await demo(page), (now) => now.complete, 'the end');
    assert.equal(end.recorded, 'none');
  }
});

test('without scripts a demo says what it comes to, on a phone too', async (t) => {
  const page = await site.visit(t, lesson, {
    javaScriptEnabled: false,
    viewport: { width: 320, height: 740 },
  });
  const told = page.locator('#universal-approximation .outcome');
  await told.getByText('Computed when this page was built: 6 sigmoid units').waitFor();
  // Where the demo asks for a guess first, only who wants to sees it.
  const outcome = page.locator('#feature-ceiling details.outcome');
  const answer = outcome.getByText('Computed when this page was built: Over 40 draws');
  assert.equal(await answer.isVisible(), false);
  await outcome.getByText('What it comes to').click();
  await answer.waitFor();
  await outcome.getByText('Line, standard deviation', { exact: true }).first().waitFor();
  await outcome.getByText('The figures as tables').click();
  await outcome.getByRole('table', { name: 'Do more points help?' }).waitFor();
  assert.equal(await page.locator('html').evaluate((each) => each.scrollWidth), 320);
});
