// The Exam Center and the review: a timed exam with a reload in the middle, tabs, keyboard and touch,
// the accessibility tree, shared papers, printing, progress as a file.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import Ajv from 'ajv';
import {
  axe,
  blockDatabase,
  kept,
  live,
  rewrite,
  startBrowser,
  until,
  untilKept,
  untilModel,
} from './harness.mjs';

const read = (path) =>
  JSON.parse(readFileSync(new URL(`../../web/${path}`, import.meta.url), 'utf8'));
const { questions } = read('dist/quiz/bank.json');
const question = (id) => questions.find((each) => each.id === id);
const timed = 'exam.html?count=4&minutes=10&seed=7';

let site;
before(async () => (site = await startBrowser()));
after(() => site.close());

const button = (page, name) => page.getByRole('button', { name, exact: true });
const shown = (page) => page.locator('#questions fieldset:visible');

/** A page of the Exam Center once it can be used; every question to the reader is answered yes. */
async function center(t, path, options = {}) {
  const page = await site.visit(t, path, { reducedMotion: 'reduce', ...options });
  page.on('dialog', (dialog) => dialog.accept());
  await page.locator('form[data-ready]').waitFor({ state: 'attached' });
  return page;
}

/** Gives some answer to the question in view, as far as its type is one of the simple ones. */
async function answer(page, press = (control) => control.click()) {
  const home = shown(page);
  const options = home.getByRole('radio').or(home.getByRole('checkbox'));
  if ((await options.count()) > 0) return press(options.first());
  const boxes = await home.getByRole('textbox').all();
  for (const box of boxes) await box.fill('0.5');
}

/** What of each question is chosen and entered, in the order of the paper. */
const answers = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('#questions fieldset')].map((set) => [
      set.dataset.question,
      [...set.querySelectorAll(':checked')].map((input) => input.dataset.option),
      [...set.querySelectorAll('input[type="text"]')].map((input) => input.value),
    ]),
  );

const order = async (page) => (await answers(page)).map(([id]) => id);

/** The exam as it was last saved, once `test` holds for it. */
async function untilSaved(page, test) {
  const savedOf = (record) => JSON.parse(record.items.exam.saved);
  return savedOf(await untilKept(page, 'exam', (record) => test(savedOf(record))));
}

const answered = ({ answers }) => Object.keys(answers?.items ?? {}).length;

async function begin(page) {
  await button(page, 'Begin').click();
  await shown(page).first().waitFor();
}

/** Reloads in the middle of a paper, and goes on with it. */
async function reloaded(page, done) {
  await page.reload();
  await page.locator('form[data-ready]').waitFor({ state: 'attached' });
  await page.getByText(`You have begun a paper: ${done}`).waitFor();
  await button(page, 'Continue here').click();
  await shown(page).first().waitFor();
}

test('a timed exam is taken, with a reload in the middle, and counted', async (t) => {
  const page = await center(t, timed);
  await begin(page);
  await answer(page);
  await button(page, 'Next').click();
  await answer(page);
  assert.deepEqual(await page.getByRole('button', { name: 'Check' }).all(), []); // none is visible
  const before = await answers(page);
  const { elapsed } = await untilSaved(page, (now) => now.elapsed > 0 && answered(now) === 2);

  await reloaded(page, '2 of 4 answered');
  assert.deepEqual(await answers(page), before);
  const { elapsed: later } = await untilSaved(page, () => true);
  assert.ok(later >= elapsed && later < elapsed + 15_000, `${elapsed} and ${later}`);

  await button(page, 'Hand in').click();
  await page.getByRole('heading', { name: 'Result' }).waitFor();
  const [attempt] = Object.values((await untilKept(page, 'attempts', () => true)).items);
  const phases = await page
    .locator('#questions fieldset')
    .evaluateAll((sets) => sets.map((set) => set.dataset.phase));
  assert.equal(attempt.right, phases.filter((phase) => phase === 'right').length);
  assert.equal(attempt.total, 4);
  assert.match(attempt.paper, /^count=4&minutes=10&seed=7$/);
  await page.getByText(`${attempt.right} of 4 right at the first try`).waitFor();
  await page.getByText('2 not answered.').waitFor();
  for (const [id] of before) {
    const home = page.locator(`[data-question="${id}"]`);
    assert.equal(await home.locator('[data-why]').isVisible(), true, id);
    const link = await home.getByRole('link', { name: /^Read it in/ }).getAttribute('href');
    assert.ok(link.endsWith(`lessons/${question(id).lesson}.html#${question(id).anchor}`), link);
  }
  assert.deepEqual(await axe(page), []);
  // What was answered has come into the history, once.
  const history = await untilKept(page, 'history', ({ items }) => Object.keys(items).length === 2);
  assert.deepEqual(
    Object.values(history.items).map((askings) => askings.map((each) => each.in)),
    [['exam'], ['exam']],
  );
  await page.reload();
  await page.getByRole('heading', { name: 'Result' }).waitFor();
  assert.equal(Object.keys((await kept(page, 'attempts')).items).length, 1);
  await button(page, 'New paper').click();
  await page.getByRole('img', { name: 'Share of right answers in past attempts' }).waitFor();
});

test('the clock stands while paused, hidden or asleep, and hands in when the time is up', async (t) => {
  const page = await center(t, 'exam.html?count=2&minutes=1&seed=3', {
    prepare: (each) => each.clock.install(),
  });
  const clock = page.locator('#clock');
  await begin(page);
  await page.clock.runFor(20_000);
  assert.match(await clock.innerText(), /^0:4[01] left$/);
  await button(page, 'Pause').click();
  assert.equal(await page.locator('#questions').isVisible(), false);
  await page.clock.runFor(300_000);
  assert.match(await clock.innerText(), /^Paused\. 0:4[01] left$/);
  await button(page, 'Continue').click();
  await page.clock.runFor(2000);
  await page.clock.fastForward(3_600_000); // the computer sleeps for an hour
  assert.match(await clock.innerText(), /^0:3\d left$/);
  assert.equal(await button(page, 'Hand in').isVisible(), true);
  await page.clock.runFor(60_000);
  await page.getByRole('heading', { name: 'Result' }).waitFor();
  await page.getByText('Time is up').waitFor();
});

test('an answer of an exam survives that was not yet written when the page was left', async (t) => {
  const page = await center(t, timed);
  await begin(page);
  await untilKept(page, 'exam', ({ items }) => items.exam.saved !== '');
  await blockDatabase(page);
  await answer(page);
  const before = await answers(page);
  await reloaded(page, '1 of 4 answered');
  assert.deepEqual(await answers(page), before);
});

test('a bad question is left out of the paper, and named', async (t) => {
  const [bad, ...good] = questions.filter(({ type }) => type === 'single').slice(0, 3);
  const spoil = (text) => {
    const bank = JSON.parse(text);
    delete bank.questions.find(({ id }) => id === bad.id).why;
    return JSON.stringify(bank);
  };
  const ids = [bad, ...good].map(({ id }) => id);
  const page = await center(t, `exam.html?among=${ids.join(',')}&seed=1`, {
    prepare: (each) => rewrite(each, `**/quiz/${bad.lesson}.json`, spoil),
  });
  await begin(page);
  await page.locator('#message', { hasText: `(${bad.id}) has no why` }).waitFor();
  assert.deepEqual((await order(page)).sort(), good.map(({ id }) => id).sort());
});

/** A paper of one task, with its demo running. */
async function beginTask(t, more = '') {
  const task = questions.find(
    ({ type, answer }) => type === 'do' && answer.demo === 'universal-approximation',
  );
  const page = await center(t, `exam.html?among=${task.id}&seed=1${more}`);
  assert.equal(await page.locator('grad-demo').count(), 0);
  await begin(page);
  const demo = await live(page, `#task-${task.id}`);
  return { page, task, demo, home: page.locator(`[data-question="${task.id}"]`) };
}

/** The run that the author wrote down does what is asked. */
async function doTask({ demo, task }) {
  await demo.evaluate((each, state) => each.show(state, true), task.answer.state);
  await untilModel(demo, ({ complete }) => complete, 'the run having ended');
}

test('a task on a paper shows its demo, and its run is graded', async (t) => {
  const begun = await beginTask(t);
  const { page, home } = begun;
  await button(home, 'Check my run').click();
  await home.getByText(/^(Not yet\. In your run|Your run has no)/).waitFor();
  assert.deepEqual(await axe(page, '#running'), []);
  if (await button(home, 'Try again').isVisible()) await button(home, 'Try again').click();
  await doTask(begun);
  await button(home, 'Check my run').click();
  await home.getByText('Right.', { exact: true }).waitFor();
  await button(page, 'Finish').click();
  await page.getByRole('heading', { name: 'Result' }).waitFor();
  assert.equal(await page.locator('grad-demo').count(), 0);
});

test('against the clock the run of a task is taken, survives a reload, and is graded at the end', async (t) => {
  const begun = await beginTask(t, '&minutes=10');
  const { page, task, home } = begun;
  await doTask(begun);
  await button(home, 'Take my run as the answer').click();
  await home.getByText(/^Your run: “/).waitFor();
  await untilSaved(page, (now) => answered(now) === 1);
  await reloaded(page, '1 of 1 answered');
  await home.getByText(/^Your run: “/).waitFor();
  await button(page, 'Hand in').click();
  await page.getByText('1 of 1 right at the first try').waitFor();
  await home.getByRole('link', { name: 'See a run that does it' }).waitFor();
  assert.equal(await home.getAttribute('data-phase'), 'right', task.id);
});

test('a saved exam that cannot be read is set aside, and another can begin', async (t) => {
  const page = await center(t, timed);
  const item = { saved: '{"version":1', paper: 'seed=1', began: 1, holder: 'x', remembered: [] };
  await page.evaluate(async (exam) => {
    const { openStore } = await import(new URL('/runtime/store.js', location.href).href);
    const text = JSON.stringify({ version: 1, items: { exam } });
    await (await openStore()).change(['exam'], (records) => records.set('exam', text));
  }, item);
  await page.reload();
  await page.getByText('A copy is kept aside in this browser.').waitFor();
  assert.deepEqual(await kept(page, 'aside:1'), { from: 'exam', text: item.saved });
  await begin(page);
});

test('an exam goes on in one tab only', async (t) => {
  const page = await center(t, timed);
  await begin(page);
  await answer(page);
  await untilSaved(page, (now) => answered(now) === 1);
  const other = await center(t, timed, { context: page.context() });
  await button(other, 'Continue here').click();
  await shown(other).first().waitFor();
  await page.getByText('This exam goes on in another tab.').waitFor();
  await button(other, 'Next').click();
  await answer(other);
  const before = await answers(other);
  await untilSaved(page, (now) => answered(now) === 2);
  await button(page, 'Continue here').click();
  await other.getByText('This exam goes on in another tab.').waitFor();
  await shown(page).first().waitFor();
  assert.deepEqual(await answers(page), before);
});

test('a shared address gives the same paper, another seed another', async (t) => {
  const page = await center(t, 'exam.html?count=8&levels=1,2&seed=11');
  await begin(page);
  const paper = await order(page);
  assert.equal(paper.length, 8);
  for (const id of paper) assert.ok(question(id).level <= 2);
  const address = page.url().slice(site.site.length);
  const other = await center(t, address.replaceAll(',', '%2C'));
  await begin(other);
  assert.deepEqual(await answers(other), await answers(page));
  const third = await center(t, address.replace('seed=11', 'seed=12'));
  await begin(third);
  assert.notDeepEqual(await order(third), paper);
});

test('an address that is no paper is refused in one sentence', async (t) => {
  const page = await center(t, 'exam.html?count=0&seed=1');
  await page.getByText('The paper\'s count is "0", not a whole number from 1 to 200.').waitFor();
  await button(page, 'Begin').waitFor();
});

test('an exam is taken by keyboard alone', async (t) => {
  const page = await center(t, timed);
  const press = async (control) => {
    for (let i = 0; i < 200; i++) {
      if (await control.evaluate((each) => each === document.activeElement)) break;
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press((await control.getAttribute('type')) === 'radio' ? 'Space' : 'Enter');
  };
  await press(button(page, 'Begin'));
  await shown(page).first().waitFor();
  const choice = (control) => control.focus().then(() => page.keyboard.press('Space'));
  await answer(page, choice);
  await press(button(page, 'Next'));
  await page.getByText('Question 2 of 4').first().waitFor();
  await answer(page, choice);
  await press(button(page, 'Hand in'));
  await page.getByText('2 not answered.').waitFor();
});

test('practice gives feedback at once, by touch', async (t) => {
  const page = await center(t, 'exam.html?count=3&topics=alexnet&seed=2', {
    hasTouch: true,
    isMobile: true,
    viewport: { width: 390, height: 800 },
  });
  await button(page, 'Begin').tap();
  await shown(page).first().waitFor();
  await answer(page, (control) => control.tap());
  await shown(page).getByRole('button', { name: 'Check' }).tap();
  await shown(page)
    .locator('output')
    .filter({ hasText: /Right|Not yet/ })
    .waitFor();
  await button(page, 'Finish').tap();
  await page.getByRole('heading', { name: 'Result' }).waitFor();
});

test('what a screen reader meets', async (t) => {
  const page = await center(t, timed);
  const tree = await page.getByRole('main').ariaSnapshot();
  for (const line of [
    '- heading "Exam Center" [level=1]',
    '- group "How":',
    '- radio "Exam against the clock, graded when you hand in" [checked]',
    '- spinbutton "Minutes": "10"',
    '- group "Levels":',
    '- button "Begin"',
  ]) {
    assert.ok(tree.includes(line), `${line} in\n${tree}`);
  }
  await begin(page);
  const paper = await page.getByRole('main').ariaSnapshot();
  for (const line of [
    '- region "Paper":',
    '- button "Hand in"',
    '- navigation "Questions of the paper":',
    '- button "Question 1"',
    '- group "Question 1 of 4',
  ]) {
    assert.ok(paper.includes(line), `${line} in\n${paper}`);
  }
  assert.deepEqual(await axe(page), []);
});

test('a paper is printed with its answers on a page of their own', async (t) => {
  const page = await center(t, 'exam.html?count=5&seed=4');
  await page.evaluate(() => (window.print = () => (window.printed = true)));
  await button(page, 'Print with answer sheet').click();
  await page.waitForFunction(() => window.printed);
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.locator('form').isVisible(), false);
  assert.equal(await page.locator('.sheet fieldset:visible').count(), 5);
  assert.equal(await page.locator('.sheet-answer [data-why]:visible').count(), 5);
});

// ---- Review and progress as a file ---------------------------------------------------------------

const day = 86_400_000;
const asked = questions.filter(({ type }) => type === 'single').slice(0, 4);

/** A file with the first questions answered in a lesson, `ago` days ago. */
function progressFile(ago) {
  const at = Date.now() - ago * day;
  const items = asked.map(({ id }) => [id, [{ at, right: true, in: 'lesson' }]]);
  const history = { version: 1, items: Object.fromEntries(items) };
  return {
    format: 'gradschool-progress',
    version: 1,
    exported: new Date(at).toISOString(),
    records: { history },
  };
}

const open = async (t) => {
  const page = await site.visit(t, 'review.html', { reducedMotion: 'reduce' });
  page.on('dialog', (dialog) => dialog.accept());
  await page.getByText('Nothing yet').waitFor();
  return page;
};

const give = (page, text) =>
  page
    .getByLabel('File with progress')
    .setInputFiles({ name: 'p.json', mimeType: 'application/json', buffer: Buffer.from(text) });

test('what is due is asked, comes back later, and goes with a target date', async (t) => {
  const page = await open(t);
  await give(page, JSON.stringify(progressFile(5)));
  await page.getByText('4 questions due.').waitFor();
  await button(page, 'Begin').click();
  for (let i = 0; i < asked.length; i++) {
    const home = shown(page);
    const { options } = question(await home.getAttribute('data-question'));
    const right = options.find((option) => option.correct);
    await home.getByRole('radio', { name: right.text, exact: true }).click();
    await home.getByRole('button', { name: 'Check' }).click();
    await home.locator('[data-why]').waitFor();
    await button(page, i + 1 < asked.length ? 'Next' : 'Done').click();
  }
  await page.getByText('Nothing is due. The next question comes in 8 days.').waitFor();
  await page.getByText('On 2 days of the last 14').waitFor();
  const target = new Date(Date.now() + 3 * day).toISOString().slice(0, 10);
  await page.getByRole('textbox', { name: 'Target date' }).fill(target);
  await page.getByText(/The next question comes (tomorrow|in 2 days)/).waitFor();
  await page.reload();
  await page.getByText(/The next question comes (tomorrow|in 2 days)/).waitFor();
  assert.equal(await page.getByRole('textbox', { name: 'Target date' }).inputValue(), target);
  assert.deepEqual(await axe(page), []);
});

test('weak spots are what was wrong last', async (t) => {
  const page = await open(t);
  const file = progressFile(5);
  const [wrong] = asked;
  file.records.history.items[wrong.id][0].right = false;
  await give(page, JSON.stringify(file));
  await page.getByText('4 questions due.').waitFor();
  await page.goto(`${site.site}exam.html?count=10&seed=1`);
  await page.locator('form[data-ready]').waitFor();
  await page.getByRole('checkbox', { name: 'Only my weak spots' }).check();
  await page.getByText('1 question fits; the paper asks 1.').waitFor();
  await begin(page);
  assert.deepEqual(await order(page), [wrong.id]);
});

test('progress goes into a file and back', async (t) => {
  const page = await open(t);
  await give(page, JSON.stringify(progressFile(5)));
  await page.getByText('4 questions due.').waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    button(page, 'Save as a file').click(),
  ]);
  const text = readFileSync(await download.path(), 'utf8');
  const validate = new Ajv({ strict: false, formats: { 'date-time': true } }).compile(
    read('progress.schema.json'),
  );
  assert.ok(validate(JSON.parse(text)), JSON.stringify(validate.errors));
  await button(page, 'Erase everything').click();
  await page.getByText('Nothing yet').waitFor();
  await give(page, text);
  await page.getByText('4 questions due.').waitFor();
  assert.deepEqual((await kept(page, 'history')).items, progressFileItems(text));
});

const progressFileItems = (text) => JSON.parse(text).records.history.items;

test('a file that is damaged or foreign changes nothing, in one sentence', async (t) => {
  const page = await open(t);
  const file = progressFile(5);
  await give(page, JSON.stringify(file));
  await page.getByText('4 questions due.').waitFor();
  const before = await kept(page, 'history');
  const text = JSON.stringify(file);
  const [{ id }] = asked;
  const withAnswers = (item) =>
    JSON.stringify({
      ...file,
      records: {
        [`answers:${question(id).lesson}`]: { version: 1, current: id, items: { [id]: item } },
      },
    });
  const cases = [
    [text.slice(0, text.length / 2), 'This file is damaged'],
    ['', 'This file is not progress'],
    ['[]', 'This file is not progress'],
    ['null', 'This file is not progress'],
    ['{"name": "package", "version": "1.0.0"}', 'This file is not progress'],
    [text.replace('"version":1', '"version":2'), 'This file was saved by a newer version'],
    [text.replace('"right":true', '"right":"yes"'), 'This file is damaged'],
    [text.replace('"history"', '"secrets"'), 'This file is damaged'],
    [text.replace(`"${id}"`, '"__proto__"'), 'This file is damaged'],
    [withAnswers({ phase: 'right', tries: 0 }), 'This file is damaged'],
  ];
  for (const [bad, sentence] of cases) {
    await page.evaluate(() => (document.getElementById('message').textContent = ''));
    await give(page, bad);
    await page.locator('#message').filter({ hasText: sentence }).waitFor();
    assert.deepEqual(await kept(page, 'history'), before, bad.slice(0, 80));
  }
});
