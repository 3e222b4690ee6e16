// Demos that ask for a guess before they first run: a number, or a curve. Until it is made nothing on
// the page gives the answer away; then the run is compared with it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, lesson, live, model, startBrowser, until, untilModel } from './harness.mjs';

let site;
before(async () => (site = await startBrowser()));
after(() => site.close());

const still = { reducedMotion: 'reduce' };
const button = (element, name) => element.getByRole('button', { name, exact: true });
const waits = 'The run waits for your guess.';
const keptBack = 'What it shows is kept back until you have made your guess.';

/** Moves the keyboard's focus to a control by Tab alone. */
async function tabTo(page, control) {
  const focused = () => control.evaluate((each) => each === document.activeElement);
  for (let i = 0; i < 60 && !(await focused()); i++) await page.keyboard.press('Tab');
  assert.ok(await focused(), 'Tab reaches the control');
}

test('a number is guessed by keyboard alone, and stays open until then', async (t) => {
  const page = await site.visit(t, lesson, { bypassCSP: true });
  const element = await live(page, 'grad-demo#feature-ceiling');
  await element.getByText(waits).first().waitFor({ state: 'attached' });
  assert.deepEqual(await element.getByRole('img').evaluateAll((all) => all.length), 2);
  for (const figure of await element.getByRole('img').all())
    assert.ok((await figure.getAttribute('aria-label')).endsWith(keptBack));
  assert.equal(await element.locator('.grad-data table').count(), 0);
  assert.doesNotMatch(await element.textContent(), /0\.4\d\d|50\s%|in the end/);
  assert.equal((await model(element)).running, false);
  assert.deepEqual(await axe(page), []);

  const entry = element.getByRole('textbox', { name: 'Your guess' });
  await page.locator('h2#a-ceiling-you-can-touch').evaluate((each) => {
    each.tabIndex = -1;
    each.focus();
  });
  await tabTo(page, entry);
  await page.keyboard.press('Enter');
  await element.getByText('Make a guess first, or just run it.').first().waitFor();
  await page.keyboard.type('2/3');
  await page.keyboard.press('Enter');
  await until(
    () => page.evaluate(() => document.activeElement?.textContent),
    (text) => ['Pause', 'Run again'].includes(text),
    'the focus on the button of the run',
  );
  const end = await untilModel(element, (now) => now.recorded === 'same', 'the end of the run');
  const away = Math.abs(end.readouts.linear_mean - 2 / 3).toFixed(3);
  const mean = end.readouts.linear_mean.toFixed(3);
  const said = `You said 0.667; it came to ${mean}, ${away} away.`;
  await element.getByText(said).first().waitFor({ state: 'attached' });
  assert.ok((await element.locator('.grad-data table').count()) > 0);
  await button(element, 'Reset').press('Enter');
  await until(
    () => element.locator('.grad-node', { hasText: said }).count(),
    (count) => count === 0,
    'the guess being gone with its run',
  );
});

const curve = (page) => live(page, 'grad-demo#scaling-plot');
const heights = (element) =>
  element
    .getByRole('slider', { name: /^Network at/ })
    .evaluateAll((all) => all.map((each) => Number(each.value)));

test('a curve is set by keyboard alone, and scored when the run is there', async (t) => {
  const page = await site.visit(t, lesson, still);
  const element = await curve(page);
  await button(element, 'More settings').press('Enter');
  await element.getByRole('slider', { name: 'Draws' }).fill('1'); // shorter, and still asked
  await element.getByText(waits).first().waitFor({ state: 'attached' });
  await button(element, 'Lock in and run').press('Enter');
  await element.getByText('Draw your curve first, or just run it.').first().waitFor();
  await button(element, 'Set it with sliders').press('Enter');
  const first = element.getByRole('slider', { name: 'Network at 10', exact: true });
  await first.press('Home');
  await until(
    () => heights(element),
    (now) => now.join() === '0,0.5,0.5,0.5,0.5',
    'the slider at its lower end',
  );
  await button(element, 'Lock in and run').press('Enter');
  await element.getByText('Your curve is locked in.').first().waitFor({ state: 'attached' });
  await untilModel(element, (now) => now.complete, 'the end of the run');
  const outcome = element.getByText(/^Your curve is [\d.]+ away on average, over 5 places;/);
  await outcome.first().waitFor({ state: 'attached' });
  const [, far, most] = /^Your curve is ([\d.]+) away .* came to ([\d.]+)\.$/.exec(
    await outcome.first().textContent(),
  );
  // By the table: accuracies at 10, 100, 1,000, 3,000 and 20,000 pictures.
  const rows = await element
    .locator('.grad-data tr')
    .evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)));
  const at = (n) => Number(rows.find(([first, draws]) => first === n && draws === '1')[4]);
  const truth = ['10', '100', '1,000', '3,000', '20,000'].map(at);
  const distances = truth.map((value, i) => Math.abs(value - (i === 0 ? 0 : 0.5)));
  const mean = distances.reduce((sum, each) => sum + each) / 5;
  assert.ok(Math.abs(Number(far) - mean) < 0.0011, `${far} instead of ${mean}`);
  assert.equal(Number(most), truth[distances.indexOf(Math.max(...distances))]);
});

test('a curve is drawn by mouse and by finger', async (t) => {
  const page = await site.visit(t, lesson, {
    ...still,
    hasTouch: true,
    viewport: { width: 1000, height: 1000 },
  });
  const element = await curve(page);
  const figure = element.locator('.grad-drawable');
  await button(element, 'Set it with sliders').click();
  await until(
    () => heights(element),
    (now) => now.length === 5,
    'the sliders, above the figure',
  );
  const at = async (along, down) => {
    await figure.evaluate((each) => each.scrollIntoView({ block: 'center', behavior: 'instant' }));
    const box = await figure.boundingBox();
    return [box.x + along * box.width, box.y + down * box.height];
  };
  await page.mouse.move(...(await at(0.15, 0.75)));
  await page.mouse.down();
  await page.mouse.move(...(await at(0.45, 0.7)), { steps: 8 });
  await page.mouse.up();
  const drawn = await until(
    () => heights(element),
    (now) => now[1] < 0.45,
    'the curve following the mouse',
  );
  assert.deepEqual(drawn.slice(3), [0.5, 0.5]);

  const touch = await page.context().newCDPSession(page);
  const send = (type, points) =>
    touch.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: points.map(([x, y]) => ({ x, y })),
    });
  const scrolled = () => page.evaluate(() => scrollY);
  await send('touchStart', [await at(0.4, 0.3)]);
  const before = await scrolled();
  for (let i = 1; i <= 8; i++) await send('touchMove', [await at(0.4 + 0.05 * i, 0.3 - 0.01 * i)]);
  await send('touchEnd', []);
  await until(
    () => heights(element),
    (now) => now[3] > 0.6 && now[4] > 0.6,
    'the curve following the finger',
  );
  assert.equal(await scrolled(), before);
  await button(element, 'Just run it').click();
  await untilModel(element, (now) => now.running, 'the run');
});
