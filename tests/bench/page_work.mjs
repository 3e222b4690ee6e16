// How a lesson page feels while its demos work, measured in Chromium for each demo of the page:
// click to the first training step, steps and pictures a second while training, the longest time
// for which the page's own thread did not answer, and key to picture on the demo's first slider.
//   node tests/bench/page_work.mjs
import { join, resolve } from 'node:path';
import { launchChromium, lesson, live, model, stats } from '../browser/harness.mjs';
import { serveFolders } from './server.mjs';

const dist = join(resolve(import.meta.dirname, '../..'), 'web/dist');
const trainingMs = 3000;
const changes = 20;

/** Starts the run; when its first step had been taken, counted from the click. */
const firstStep = (element) =>
  element.evaluate(async (demo) => {
    const button = [...demo.querySelectorAll('button')].find((each) => each.textContent === 'Run');
    const start = performance.now();
    button.click();
    while ((await demo.model()).steps === 0) await new Promise((next) => setTimeout(next, 1));
    return performance.now() - start;
  });

/** The longest gap between messages that the page's thread sends itself, over `ms`. */
const longestGap = (page, ms) =>
  page.evaluate(
    (ms) =>
      new Promise((done) => {
        const { port1, port2 } = new MessageChannel();
        const start = performance.now();
        let last = start;
        let longest = 0;
        port1.onmessage = () => {
          const now = performance.now();
          longest = Math.max(longest, now - last);
          last = now;
          if (now - start < ms) port2.postMessage(0);
          else done(longest);
        };
        port2.postMessage(0);
      }),
    ms,
  );

/** Waits for each key's picture; how long each took. */
async function sliderTimes(page, element) {
  await element.getByRole('slider').first().focus();
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

const server = await serveFolders({ '/': dist });
const browser = await launchChromium();
console.log(
  '\n| demo | click to first step, ms | steps a second | pictures a second | longest gap, ms | key to picture, ms: median, worst |\n|---|---|---|---|---|---|',
);
const names = await (async () => {
  const page = await browser.newPage({ javaScriptEnabled: false });
  await page.goto(`${server.url}/${lesson}`);
  return page.locator('grad-demo').evaluateAll((demos) => demos.map((demo) => demo.id));
})();
for (const name of names) {
  const page = await browser.newPage({
    viewport: { width: 1280, height: 900 },
    reducedMotion: 'reduce', // demos wait for the click
  });
  await page.goto(`${server.url}/${lesson}?${name}=`); // a link asks for no guess first
  const element = await live(page, `grad-demo#${name}`);
  await page.waitForTimeout(500);
  const first = await firstStep(element);
  const [from, start] = [await stats(element), await model(element)];
  const began = performance.now();
  const gap = await longestGap(page, trainingMs);
  const [to, end] = [await stats(element), await model(element)];
  const seconds = (performance.now() - began) / 1000;
  const rate = (count) => (end.complete ? `${count} in all` : (count / seconds).toFixed(0));
  const times = await sliderTimes(page, element);
  console.log(
    `| ${name} | ${first.toFixed(1)} | ${rate(end.steps - start.steps)} | ${rate(to.pictures - from.pictures)} | ${gap.toFixed(1)} | ${times[times.length >> 1].toFixed(0)}, ${times.at(-1).toFixed(0)} |`,
  );
  await page.close();
}
await browser.close();
server.close();
