// A demo over many seeds: made by job workers beside the page's own, with the numbers that the
// command line gives.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { axe, lesson, live, startBrowser, until } from './harness.mjs';

let site;
before(async () => (site = await startBrowser()));
after(() => site.close());

const still = { reducedMotion: 'reduce' };
const button = (element, name) => element.getByRole('button', { name, exact: true });
const approximation = (page) => live(page, 'grad-demo#universal-approximation');
const figure = (element) => element.locator('.grad-figure', { hasText: 'seed by seed' });
const jobWorkers = (page) =>
  page.workers().filter((each) => each.url().endsWith('/job-worker.js')).length;
const rows = (element) =>
  figure(element)
    .locator('tbody tr')
    .evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)));

test('twenty seeds are computed beside the page, as the command line computes them', async (t) => {
  const page = await site.visit(t, lesson, still);
  const element = await approximation(page);
  await button(element, 'Try 20 seeds').press('Enter');
  await until(
    () => jobWorkers(page),
    (now) => now > 0,
    'a job worker',
  );
  const all = await until(
    () => rows(element),
    (now) => now.length === 20,
    'twenty results',
  );
  assert.match(await figure(element).textContent(), /Over 20 seeds: [\d.]+ on average/);
  const program = fileURLToPath(new URL('../../build/native/gradschool', import.meta.url));
  const demo = ['demo', 'universal-approximation', '--json', '--seed'];
  for (const seed of [1, 7, 20]) {
    const { readouts } = JSON.parse(execFileSync(program, [...demo, String(seed)]));
    const shown = all[seed - 1].map(Number);
    assert.equal(shown[0], seed);
    assert.equal(shown[1], Number(readouts.sup_error.toFixed(4)));
  }
  assert.ok(new Set(all.map((row) => row[1])).size > 10, 'seeds differ');
  await until(
    () => jobWorkers(page),
    (now) => now === 0,
    'the job workers having ended',
  );
  assert.deepEqual(await axe(page), []);
  await button(element, 'Close').press('Enter');
  await button(element, 'Try 20 seeds').waitFor();
});

test('a sweep over a parameter is drawn with its table, as the command line computes it', async (t) => {
  const page = await site.visit(t, `${lesson}?universal-approximation=function:2`, still);
  const element = await approximation(page);
  await button(element, 'Units N: try 7 values').press('Enter');
  const against = element.locator('.grad-figure', { hasText: 'against “Units N”' });
  const table = () =>
    against
      .locator('tbody tr')
      .evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)));
  const all = await until(table, (now) => now.length === 7 && now.every(([, n]) => n === '4'));
  assert.deepEqual(
    all.map(([units]) => units),
    ['1', '2', '6', '14', '34', '83', '200'],
  );
  const program = fileURLToPath(new URL('../../build/native/gradschool', import.meta.url));
  const errors = [1, 2, 3, 4].map((seed) => {
    const run = ['--set', 'function=2', '--set', 'units=34', '--seed', String(seed), '--json'];
    const output = execFileSync(program, ['demo', 'universal-approximation', ...run]);
    return JSON.parse(output).readouts.sup_error;
  });
  const mean = errors.reduce((sum, each) => sum + each) / 4;
  assert.ok(Math.abs(Number(all[4][2]) - mean) < 0.00006, `${all[4][2]} instead of ${mean}`);
  assert.equal(Number(all[4][5]), Number(Math.max(...errors).toFixed(4)));
  assert.deepEqual(await axe(page), []);
});

test('another setting lets go of the seeds', async (t) => {
  const page = await site.visit(t, `${lesson}?feature-ceiling=n:20000,seeds:200`, still);
  const element = await live(page, 'grad-demo#feature-ceiling');
  await button(element, 'Try 20 seeds').press('Enter');
  await until(
    () => jobWorkers(page),
    (now) => now > 0,
    'a job worker',
  );
  await element.getByRole('slider', { name: 'Training points' }).fill('300');
  await button(element, 'Try 20 seeds').waitFor();
  await until(
    () => jobWorkers(page),
    (now) => now === 0,
    'no job worker',
  );
});
