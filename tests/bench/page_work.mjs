// How lesson pages feel while their demos work, measured in Chromium for each demo of a page: click
// to the first step, steps and pictures a second while it runs, the longest time for which the
// page's own thread and the worker did not answer, and key to picture on the demo's first slider,
// or its first choice if it has none.
//   node tests/bench/page_work.mjs [--seconds=3] [LESSON[?DEMO=STATE]]...
// LESSON is a name below lessons/, as "02-01-the-neuron"; without one all lessons are measured.
// DEMO=STATE, as "bake-off=data:1,rows:3000", measures one demo from that state of the address.
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { launchChromium, live, model, stats } from '../browser/harness.mjs';
import { serveFolders } from './server.mjs';

const { values, positionals } = parseArgs({
  options: { seconds: { type: 'string', default: '3' } },
  allowPositionals: true,
});
const dist = join(resolve(import.meta.dirname, '../..'), 'web/dist');
const workMs = 1000 * Number(values.seconds);
const changes = 20;
/** Milliseconds between two questions to the worker, so that asking leaves it time to work. */
const askEvery = 20;

/** Starts the run; when its first step had been taken, counted from the click. */
const firstStep = (element, from) =>
  element.evaluate(async (demo, from) => {
    const labels = ['Run', 'Run again'];
    const button = [...demo.querySelectorAll('button')].find((each) =>
      labels.includes(each.textContent),
    );
    const start = performance.now();
    button.click();
    while ((await demo.model()).steps === from) await new Promise((next) => setTimeout(next, 1));
    return performance.now() - start;
  }, from);

/**
 * For `ms`: the longest gap between messages that the page's thread sends itself, and the longest
 * time that the worker took to answer.
 */
const longestWaits = (element, ms, pause) =>
  element.evaluate(
    async (demo, { ms, pause }) => {
      const { port1, port2 } = new MessageChannel();
      const end = performance.now() + ms;
      let last = performance.now();
      let gap = 0;
      let answer = 0;
      port1.onmessage = () => {
        const now = performance.now();
        gap = Math.max(gap, now - last);
        last = now;
        if (now < end) port2.postMessage(0);
      };
      port2.postMessage(0);
      while (performance.now() < end) {
        const asked = performance.now();
        await demo.stats();
        answer = Math.max(answer, performance.now() - asked);
        await new Promise((next) => setTimeout(next, pause));
      }
      return { gap, answer };
    },
    { ms, pause },
  );

/** Waits for each key's picture; how long each took. */
async function keyTimes(page, element) {
  const sliders = element.getByRole('slider');
  const controls = (await sliders.count())
    ? sliders
    : element.getByRole('radio', { checked: true });
  await controls.first().focus();
  const times = [];
  for (let change = 0; change < changes; change++) {
    const before = await stats(element);
    await page.keyboard.press(change % 2 ? 'ArrowLeft' : 'ArrowRight');
    await page.waitForTimeout(150);
    const after = await stats(element);
    if (after.pictures > before.pictures) times.push(after.inputToPicture);
  }
  return times.toSorted((a, b) => a - b);
}

/** Ids of the demos that a lesson's page shows. */
async function demosOf(lesson) {
  const page = await browser.newPage({ javaScriptEnabled: false });
  await page.goto(`${server.url}/lessons/${lesson}.html`);
  const ids = await page
    .locator('grad-demo')
    .evaluateAll((elements) => elements.map((element) => element.id));
  await page.close();
  return ids;
}

/** One line of the table. */
async function measure(lesson, id, state) {
  const page = await browser.newPage({
    viewport: { width: 1280, height: 900 },
    reducedMotion: 'reduce', // demos wait for the click
  });
  await page.goto(`${server.url}/lessons/${lesson}.html?${id}=${state}`); // a link asks for no guess
  const element = await live(page, `grad-demo#${id}`);
  await page.waitForTimeout(500);
  while ((await model(element)).running) await page.waitForTimeout(50); // steps of the address
  const resting = (await model(element)).steps;
  const first = await firstStep(element, resting);
  const [from, start] = [await stats(element), await model(element)];
  const began = performance.now();
  const { gap, answer } = await longestWaits(element, workMs, askEvery);
  const [to, end] = [await stats(element), await model(element)];
  const seconds = (performance.now() - began) / 1000;
  const rate = (count) => (count / seconds).toFixed(0);
  const times = await keyTimes(page, element);
  await page.close();
  const key = times.length
    ? `${times[times.length >> 1].toFixed(0)}, ${times.at(-1).toFixed(0)}`
    : 'none came';
  return [
    `${lesson.slice(0, 5)} ${id}${state && ` ${state}`}`,
    first.toFixed(0),
    end.complete ? `all ${end.steps}` : rate(end.steps - start.steps),
    end.complete ? '–' : rate(to.pictures - from.pictures),
    gap.toFixed(0),
    answer.toFixed(0),
    key,
  ];
}

const lessons = () =>
  readdirSync(join(dist, 'lessons'))
    .filter((name) => name.endsWith('.html'))
    .map((name) => name.slice(0, -'.html'.length))
    .toSorted();

const server = await serveFolders({ '/': dist });
const browser = await launchChromium();
const row = (cells) => console.log(`| ${cells.join(' | ')} |`);
row([
  'demo',
  'click to first step, ms',
  'steps a second',
  'pictures a second',
  'page’s longest gap, ms',
  'worker’s longest silence, ms',
  'key to picture, ms: median, worst',
]);
row(Array(7).fill('---'));
for (const asked of positionals.length ? positionals : lessons()) {
  const [lesson, one] = asked.split('?');
  const [name, state = ''] = one?.split('=') ?? [];
  for (const id of one ? [name] : await demosOf(lesson)) row(await measure(lesson, id, state));
}
await browser.close();
server.close();
