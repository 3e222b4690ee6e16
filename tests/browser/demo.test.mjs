// A demo on its page: it trains, its links reproduce it, picture and twin agree, and it rests when
// nothing happens.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  axe,
  demo,
  frames,
  lesson,
  live,
  model,
  pixel,
  startBrowser,
  stats,
  unasked,
  until,
  untilModel,
} from './harness.mjs';

let site;
before(async () => (site = await startBrowser()));
after(() => site.close());

// With reduced motion nothing starts by itself, so that tests decide what runs.
const still = { reducedMotion: 'reduce' };
const state = (element) => element.evaluate((each) => each.currentState());
const button = (element, name) => element.getByRole('button', { name, exact: true });
const slider = (element) => element.getByRole('slider', { name: 'Training points' });

test('the demo trains by itself, and what it reads out changes as it should', async (t) => {
  const page = await site.visit(t);
  const element = await demo(page);
  const end = await untilModel(element, (now) => now.complete, 'the run being complete');
  assert.equal(end.steps, 200);
  assert.equal(end.running, false);
  const { linear_mean, linear_sd, product_accuracy, mlp_accuracy } = end.readouts;
  assert.ok(linear_mean > 0.45 && linear_mean < 2 / 3, `lines reach ${linear_mean}`);
  assert.ok(linear_sd > 0.03, `lines scatter by ${linear_sd}`);
  assert.ok(product_accuracy > 0.9, `the product reaches ${product_accuracy}`);
  assert.ok(mlp_accuracy > 0.9, `the network reaches ${mlp_accuracy}`);

  const fresh = await demo(await site.visit(t, unasked, still));
  const start = await model(fresh);
  assert.equal(start.steps, 0);
  assert.ok(start.readouts.mlp_accuracy < mlp_accuracy);
  assert.ok(start.readouts.mlp_loss > end.readouts.mlp_loss);
});

test('a link reproduces a run to the bit, in a page and on the command line', async (t) => {
  const page = await site.visit(t, unasked, still);
  const element = await demo(page);
  await slider(element).fill('300');
  await button(element, 'New seed').click();
  for (let i = 0; i < 7; i++) await button(element, 'Step').press('Enter');
  const first = await untilModel(element, (now) => now.steps === 7, 'seven steps');
  const link = await element.evaluate((each) => each.link());
  assert.match(link, /\?feature-ceiling=n:300,seed:2,step:7#feature-ceiling$/);
  await page.waitForURL((url) => url.search === '?feature-ceiling=n:300,seed:2,step:7');

  const copy = await demo(await site.visit(t, link.slice(site.site.length)));
  const second = await untilModel(copy, (now) => now.steps === 7 && !now.running, 'seven steps');
  assert.deepEqual(second, first);

  const program = fileURLToPath(new URL('../../build/native/gradschool', import.meta.url));
  const options = '--set n=300 --seed 2 --steps 7 --json'.split(' ');
  const native = JSON.parse(execFileSync(program, ['demo', 'feature-ceiling', ...options]));
  assert.deepEqual(native.readouts, first.readouts);
});

test('the address follows what the reader does and keeps the rest of itself', async (t) => {
  const page = await site.visit(t, `${unasked}&utm=a%20b+c&x`, still);
  const element = await demo(page);
  await frames(page, 30);
  assert.equal(new URL(page.url()).search, '?feature-ceiling=&utm=a%20b+c&x');
  await slider(element).fill('500');
  await page.waitForURL((url) => url.search === '?utm=a%20b+c&x&feature-ceiling=n:500');
  await button(element, 'Reset').click();
  await page.waitForURL((url) => url.search === '?utm=a%20b+c&x');
});

test('picture and twin show one state, whichever is used', async (t) => {
  const page = await site.visit(t, unasked, still);
  const element = await demo(page);
  const input = slider(element);
  const value = () => input.inputValue().then(Number);
  assert.equal(await value(), 200);

  // The twin's slider lies over the picture's: pressing its middle is pressing the picture.
  const box = await input.boundingBox();
  const [y, middle] = [box.y + box.height / 2, box.x + box.width / 2];
  await page.mouse.move(middle, y);
  await page.mouse.down();
  const half = await until(value, (now) => now !== 200, 'a press on the picture');
  assert.ok(Math.abs(half - Math.sqrt(10 * 20_000)) < 30, `the middle is ${half}`);

  // The last move of a fast drag counts, outside of the picture too.
  await page.mouse.move(box.x + box.width + 40, y);
  await page.mouse.up();
  await until(value, (now) => now === 20_000, 'a drag to the end');
  assert.equal(await state(element), 'n:20000');

  // And back: the handle is where the keyboard put it.
  await input.press('Home');
  await until(
    () => state(element),
    (now) => now === 'n:10',
    'Home',
  );
  const stage = await element.locator('.grad-stage').boundingBox();
  const [left, right] = [box.x - stage.x + 1, box.x - stage.x + box.width - 1];
  const blue = ([r, , b]) => b > r + 60;
  await until(() => pixel(element, left, y - stage.y - 1), blue, 'the handle at the left');
  assert.ok(!blue(await pixel(element, right, y - stage.y - 1)), 'the handle at the right too');
});

test('the keyboard alone reaches every control and always leaves', async (t) => {
  const page = await site.visit(t, unasked, still);
  const element = await demo(page);
  await element.evaluate((each) => {
    const start = document.createElement('button');
    start.id = 'start';
    each.before(start);
    start.focus();
  });
  const names = [];
  for (let i = 0; i < 20; i++) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => {
      const focused = document.activeElement;
      if (!focused.closest('grad-demo')) return null;
      return focused.ariaLabel || focused.labels?.[0]?.textContent || focused.textContent;
    });
    if (name === null) break;
    names.push(name);
  }
  const wanted =
    'Run, Step, Reset, Normal, Training points, New seed, More settings, Copy link, Full screen';
  for (const name of wanted.split(', ')) {
    assert.ok(
      names.some((each) => each.startsWith(name)),
      names.join(),
    );
  }
  await slider(element).focus();
  const outline = () =>
    slider(element).evaluate(
      (each) => getComputedStyle(each).outlineStyle + each.matches(':focus-visible'),
    );
  assert.equal(await outline(), 'solidtrue');
  await page.keyboard.press('ArrowRight');
  await until(
    () => state(element),
    (now) => now === 'n:216',
    'a hundredth of the way up',
  );
});

test('nothing is drawn while nothing happens, nor out of sight', async (t) => {
  const page = await site.visit(t);
  const element = await demo(page);
  await untilModel(element, (now) => now.complete, 'the run being complete');
  await frames(page, 10);
  const rest = await stats(element);
  await frames(page, 60);
  assert.deepEqual(await stats(element), rest);

  const other = await site.visit(t, `${lesson}?feature-ceiling=n:20000,seeds:200`, still);
  const long = await demo(other);
  await button(long, 'Run').click();
  await untilModel(long, (now) => now.steps > 0, 'the first step');
  await other.evaluate(() => scrollTo({ top: 0, behavior: 'instant' }));
  const paused = await until(
    async () => {
      const one = await stats(long);
      await frames(other, 30);
      return [one, await stats(long)];
    },
    ([one, two]) => one.slices === two.slices && one.pictures === two.pictures,
    'rest out of sight',
  );
  const { steps, complete } = await model(long);
  assert.equal(complete, false, `paused at step ${steps} of ${JSON.stringify(paused)}`);
  await long.scrollIntoViewIfNeeded();
  await untilModel(long, (now) => now.steps > steps, 'going on in sight');
});

test('at the slow speed every step is seen, at the fast one few, and all end alike', async (t) => {
  const page = await site.visit(t, unasked, still);
  const element = await demo(page);
  const speed = (name) => element.getByRole('radio', { name, exact: true });
  const counts = async () => (await stats(element)) ?? {};
  await speed('Slow').click();
  await until(() => speed('Slow').isChecked(), Boolean, 'the slow speed');
  const before = await counts();
  await button(element, 'Run').press('Enter');
  await untilModel(element, (now) => now.steps >= 3, 'three steps');
  const slow = await counts();
  // A picture for each step, but for one that is on its way.
  const [slices, pictures] = ['slices', 'pictures'].map((key) => slow[key] - before[key]);
  assert.ok(pictures >= slices - 1, `${slices} steps in ${pictures} pictures`);
  assert.equal(await state(element).then((now) => now.replace(/step:\d+/, '')), '');

  await speed('Fast').click();
  await until(() => speed('Fast').isChecked(), Boolean, 'the fast speed');
  const turned = await counts();
  const compared = (now) => now.recorded === 'same'; // said by the picture after the last step
  const end = await untilModel(element, compared, 'the run being complete');
  const fast = await counts();
  assert.ok(
    fast.pictures - turned.pictures < (fast.slices - turned.slices) / 2,
    `${fast.slices - turned.slices} steps in ${fast.pictures - turned.pictures} pictures`,
  );
  await frames(page, 20);
  const rest = await counts();
  await frames(page, 40);
  assert.deepEqual(await counts(), rest);

  // The same in the text form, at the usual speed.
  const other = await demo(await site.visit(t, unasked, still));
  await button(other, 'Text controls').click();
  assert.ok(await other.getByRole('radio', { name: 'Normal', exact: true }).isChecked());
  await button(other, 'Run').click();
  const usual = await untilModel(other, compared, 'the run being complete');
  assert.equal(end.complete, true);
  assert.deepEqual(usual, end);
});

test('the goal is open until the run reaches it, and then said once', async (t) => {
  const page = await site.visit(t, unasked, still);
  const element = await demo(page);
  await element.getByText(/^Goal, still open: /).waitFor({ state: 'attached' });
  assert.equal((await model(element)).goal.reached, false);
  await element.evaluate((each) => {
    each.said = [];
    const live = each.querySelector('.grad-announcer');
    new MutationObserver(() => each.said.push(live.textContent)).observe(live, { childList: true });
  });
  await slider(element).fill('20000');
  await button(element, 'Run').press('Enter');
  await untilModel(element, (now) => now.complete && now.goal.reached, 'the goal being reached');
  await element
    .getByText(/^Goal reached: /)
    .first()
    .waitFor({ state: 'attached' });
  const said = () => element.evaluate((each) => each.said);
  const told = (all) => all.filter((text) => text.includes('Goal reached')).length;
  await until(said, (all) => told(all) === 1, 'the goal being announced');
  assert.equal(told(await said()), 1);
});

test('a demo fills the screen and comes back, the focus where it was', async (t) => {
  const page = await site.visit(t, unasked, still);
  const element = await demo(page);
  const width = () => element.locator('.grad-stage').evaluate((each) => each.clientWidth);
  const full = () => page.evaluate(() => document.fullscreenElement?.id ?? '');
  const focused = () => page.evaluate(() => document.activeElement.textContent);
  const narrow = await width();
  await button(element, 'Full screen').focus();
  await page.keyboard.press('Enter');
  await until(full, (id) => id === 'feature-ceiling', 'the full screen');
  await until(width, (now) => now > narrow, 'a wider figure');
  const canvas = () => element.locator('canvas').evaluate((each) => each.clientWidth);
  await until(async () => (await canvas()) === (await width()), Boolean, 'a picture of that width');
  assert.equal(await focused(), 'Leave full screen');
  await page.keyboard.press('Enter');
  await until(full, (id) => id === '', 'the page');
  await until(width, (now) => now === narrow, 'the width of before');
  assert.equal(await focused(), 'Full screen');
});

test('a touch drags sliders without scrolling, and scrolls elsewhere', async (t) => {
  const page = await site.visit(t, unasked, {
    ...still,
    hasTouch: true,
    isMobile: true,
    viewport: { width: 360, height: 740 },
  });
  const element = await demo(page);
  const input = slider(element);
  await input.scrollIntoViewIfNeeded();
  await page.evaluate(() => scrollBy({ top: 200, behavior: 'instant' }));
  const touch = await page.context().newCDPSession(page);
  const drag = async (from, to) => {
    const send = (type, point) =>
      touch.send('Input.dispatchTouchEvent', { type, touchPoints: point ? [point] : [] });
    await send('touchStart', { x: from[0], y: from[1] });
    for (let i = 1; i <= 10; i++) {
      const part = (k) => from[k] + ((to[k] - from[k]) * i) / 10;
      await send('touchMove', { x: part(0), y: part(1) });
    }
    await send('touchEnd');
  };
  const scrolled = () => page.evaluate(() => scrollY);
  const box = await input.boundingBox();
  const before = await scrolled();
  const y = box.y + box.height / 2;
  await drag([box.x + 30, y], [box.x + box.width - 2, y - 60]);
  await until(
    () => input.inputValue(),
    (value) => Number(value) > 10_000,
    'a drag by touch',
  );
  assert.equal(await scrolled(), before);
  await button(element, 'Step').tap();
  await untilModel(element, (now) => now.steps === 1, 'a step by touch');
  const figure = element.getByRole('img').last();
  await figure.evaluate((each) => each.scrollIntoView({ block: 'center', behavior: 'instant' }));
  const rest = await scrolled();
  const place = await figure.boundingBox();
  const middle = [place.x + 100, place.y + place.height / 2];
  await drag(middle, [middle[0], middle[1] - 150]);
  await until(scrolled, (now) => now > rest, 'scrolling by touch');
});

test('a stroke across the figure draws a function, by mouse and by touch', async (t) => {
  const selector = 'grad-demo#universal-approximation';
  const page = await site.visit(t, lesson, {
    ...still,
    hasTouch: true,
    viewport: { width: 1000, height: 1000 },
  });
  const element = await live(page, selector);
  await element.scrollIntoViewIfNeeded();
  const given = await model(element);
  const canvas = element.locator('canvas');
  // The left half of the figure's upper part: the plot of the function, at this width.
  const at = async (along, down) => {
    await canvas.evaluate((each) => each.scrollIntoView({ block: 'start', behavior: 'instant' }));
    const box = await canvas.boundingBox();
    return [box.x + along * box.width * 0.5, box.y + 100 + down * 200];
  };

  await page.mouse.move(...(await at(0.3, 0.3)));
  await page.mouse.down();
  await page.mouse.move(...(await at(0.7, 0.6)), { steps: 8 });
  await page.mouse.up();
  const drawn = await untilModel(
    element,
    (now) => now.readouts.rms_error !== given.readouts.rms_error,
    'the fit following the mouse',
  );
  await page.waitForURL(/\?universal-approximation=function:5(,y\d+:-?[\d.]+)+/);
  const link = await element.evaluate((each) => each.link());
  const copy = await live(await site.visit(t, link.slice(site.site.length), still), selector);
  const copied = await model(copy);
  assert.deepEqual(copied.readouts, (await model(element)).readouts);
  assert.notDeepEqual(copied.readouts, given.readouts);

  const touch = await page.context().newCDPSession(page);
  const send = (type, points) =>
    touch.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: points.map(([x, y]) => ({ x, y })),
    });
  await send('touchStart', [await at(0.3, 0.7)]);
  for (let i = 1; i <= 8; i++) await send('touchMove', [await at(0.3 + 0.05 * i, 0.7)]);
  await send('touchEnd', []);
  await untilModel(
    element,
    (now) => now.readouts.rms_error !== drawn.readouts.rms_error,
    'the fit following the finger',
  );
  assert.notEqual(await element.evaluate((each) => each.link()), link);
});

test('the text form has the same controls, in sight', async (t) => {
  const page = await site.visit(t, unasked, still);
  const element = await demo(page);
  await button(element, 'Text controls').click();
  assert.equal(await element.locator('canvas').isVisible(), false);
  await slider(element).fill('1000');
  await button(element, 'Run').click();
  const end = await untilModel(element, (now) => now.complete, 'the run being complete');
  await element.getByText(end.narration, { exact: true }).first().waitFor();
  assert.ok(await element.getByRole('table').first().isVisible());
  assert.deepEqual(await axe(page), []);
  const { pictures } = await stats(element);
  await button(element, 'Text controls').click();
  await until(
    () => stats(element),
    (now) => now.pictures > pictures,
    'a picture again',
  );
  assert.ok(await element.locator('canvas').isVisible());
});

test('the picture follows theme, motion and pixel ratio live', async (t) => {
  const page = await site.visit(t, unasked, still);
  const element = await demo(page);
  const corner = () => pixel(element, 1, 1);
  const setTheme = (theme) =>
    page.evaluate((name) => (document.documentElement.dataset.theme = name), theme);
  await setTheme('dark');
  await until(corner, ([r, g, b]) => r === 0x14 && g === 0x17 && b === 0x1a, 'dark paper');
  await setTheme('light');
  await until(corner, ([r, g, b]) => r === 0xff && g === 0xfd && b === 0xf9, 'light paper');
  const ratio = () =>
    element.evaluate((each) => {
      const canvas = each.querySelector('canvas');
      return canvas.width / canvas.clientWidth;
    });
  assert.equal(await ratio(), 1);
  const session = await page.context().newCDPSession(page);
  const metrics = { width: 1100, height: 900, deviceScaleFactor: 2, mobile: false };
  await session.send('Emulation.setDeviceMetricsOverride', metrics);
  await until(ratio, (now) => now === 2, 'two pixels for each');
  assert.equal((await model(element)).running, false);
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await untilModel(element, (now) => now.complete, 'motion once it is wanted');
});

test('a preset in the text sets the demo without leaving the page', async (t) => {
  const page = await site.visit(t, unasked, still);
  const element = await demo(page);
  await page.evaluate(() => (window.same = true));
  const preset = page.locator('a[href="?feature-ceiling=n:2000,seeds:40#feature-ceiling"]').first();
  await preset.click();
  await until(
    () => state(element),
    (now) => now === 'n:2000',
    'the preset',
  );
  assert.equal(await page.evaluate(() => window.same), true);
  assert.equal((await model(element)).running, false); // where no motion is wanted
  await page.waitForURL((url) => url.search.startsWith('?feature-ceiling=n:2000'));
});

test('an address with nonsense gives one notice, defaults, and keeps what is not its own', async (t) => {
  const nonsense = 'feature-ceiling=n:NaN,seeds:1e99,colour:3&utm=a%20b&nowhere=n:3';
  const page = await site.visit(t, `${lesson}?${nonsense}`, still);
  const element = await demo(page);
  const notice = element.locator('.grad-notice');
  await notice.waitFor();
  const text = await notice.innerText();
  for (const word of ['NaN', '1e99', 'colour', 'nowhere']) assert.ok(text.includes(word), text);
  assert.equal(await slider(element).inputValue(), '200');
  assert.equal(await state(element), '');
  await button(element, 'Step').click();
  await page.waitForURL((url) => url.search === '?utm=a%20b&nowhere=n:3&feature-ceiling=step:1');
});
