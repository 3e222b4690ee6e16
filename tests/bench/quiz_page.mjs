// From an answer to its feedback, in Chromium: from the event of pressing “Check” to the words in
// the page (in lessons those of the picture's twin, or of the text form), and to the end of the frame
// that shows them. At least fifty answers each way, of all kinds of questions.
//
//   node tests/bench/quiz_page.mjs [--dist FOLDER]

import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { launchChromium, lesson, live, model, until } from '../browser/harness.mjs';
import { serveFolders } from './server.mjs';

const { values } = parseArgs({
  options: {
    dist: { type: 'string', default: join(resolve(import.meta.dirname, '../..'), 'web/dist') },
  },
});
const answers = 60;
/** Between two answers, so that nothing of the one before is still going on. */
const restMs = 120;

/**
 * Arms a watch in the page: the next press starts it, the next words in `feedback` stop it.
 * What it measured is then in `window.measured`: [milliseconds to the words, to their frame].
 */
const arm = (page, feedback) =>
  page.evaluate((selector) => {
    window.measured = null;
    let pressed = 0;
    // The picture takes a pointer's release, the keyboard and the form give a click.
    const press = (event) => (pressed ||= event.timeStamp);
    for (const type of ['pointerup', 'click']) addEventListener(type, press, { capture: true });
    const observer = new MutationObserver(() => {
      const words = [...document.querySelectorAll(selector)].some((each) =>
        /^(Right|Not yet|You said|Well guessed)/.test(each.textContent),
      );
      if (!pressed || !words) return;
      const told = performance.now() - pressed;
      observer.disconnect();
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => (window.measured = [told, performance.now() - pressed]);
        port2.postMessage(0); // comes after the frame has been painted
      });
    });
    observer.observe(document.body, { childList: true, subtree: true, characterData: true });
  }, feedback);

const measured = (page) => page.waitForFunction(() => window.measured).then((it) => it.jsonValue());

/** Answers the shown question somehow; wrong as often as not. */
async function answer(home) {
  const options = home.locator('[data-option]:enabled');
  if ((await options.count()) > 0) return options.last().check();
  const moves = home.locator('[data-move="1"]:enabled');
  if ((await moves.count()) > 0) return moves.first().click();
  for (const box of await home.locator('[data-gap]:enabled').all()) await box.fill('12345');
}

/** The same question of a lesson again and again, by the form or the picture's twin. */
async function inLesson(page, { textForm, press }) {
  const quiz = await live(page, '.quick-check grad-quiz');
  if (textForm) await quiz.getByRole('button', { name: 'Text form' }).click();
  const home = textForm ? quiz.locator('[data-question]').first() : quiz;
  const feedback = textForm ? 'grad-quiz .feedback' : '.quick-check .grad-status';
  const results = [];
  const check = home.getByRole('button', { name: 'Check', exact: true });
  for (let k = 0; k < answers; k++) {
    await check.waitFor();
    const wrong = home.getByRole('radio').nth(await wrongOption(quiz));
    await wrong.press('Space');
    await until(
      () => model(quiz),
      ({ items }) => items[0].chosen.includes(true),
      'the choice',
    );
    await page.waitForTimeout(restMs);
    await arm(page, feedback);
    await press(check);
    results.push(await measured(page));
    await page.waitForTimeout(restMs);
    await press(home.getByRole('button', { name: 'Try again' }));
  }
  return results;
}

/** The place of an option of the quick check's first question that is wrong. */
const wrongOption = (quiz) =>
  quiz.evaluate(async (element) => {
    const { items } = await element.model();
    const bank = await (await fetch(new URL(element.getAttribute('bank'), location.href))).json();
    const { options } = bank.questions.find(({ id }) => id === items[0].id);
    return items[0].order.findIndex((option) => !options[option].correct);
  });

/** Every question of a paper for practice once. */
async function inExamCenter(page, { press }) {
  await page.getByRole('button', { name: 'Begin', exact: true }).click();
  const results = [];
  for (let k = 0; k < answers; k++) {
    const home = page.locator('#questions fieldset:visible');
    if ((await home.locator('.conditions').count()) === 0) {
      await answer(home);
      await page.waitForTimeout(restMs);
      await arm(page, '#questions .feedback');
      await press(home.locator('[data-action="check"]'));
      results.push(await measured(page));
    }
    if (k + 1 < answers) await page.locator('#next').click();
  }
  return results;
}

const ways = {
  'lesson, picture, key': [lesson, inLesson, { press: (control) => control.press('Enter') }],
  'lesson, picture, mouse': [lesson, inLesson, { press: (control) => control.click() }],
  'lesson, text form': [lesson, inLesson, { textForm: true, press: (c) => c.click() }],
  'Exam Center, key': [
    `exam.html?count=${answers}&seed=1`,
    inExamCenter,
    { press: (control) => control.press('Enter') },
  ],
};

const spread = (times) => {
  const sorted = times.toSorted((a, b) => a - b);
  return [0.5, 0.9, 1].map((share) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(1),
  );
};

const server = await serveFolders({ '/': resolve(values.dist) });
const browser = await launchChromium();
console.log(
  '\n| way | answers | words in the page, ms: median, 90 %, worst | painted, ms |\n|---|---|---|---|',
);
for (const [name, [path, work, how]] of Object.entries(ways)) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(`${server.url}/${path}`);
  if (work === inExamCenter) await page.locator('form[data-ready]').waitFor();
  const results = await work(page, how);
  const [told, painted] = [0, 1].map((column) => spread(results.map((each) => each[column])));
  console.log(`| ${name} | ${results.length} | ${told.join(', ')} | ${painted.join(', ')} |`);
  await page.close();
}
await browser.close();
server.close();
