// SCORM packages as a learning system runs them: scorm-again is the run-time, on a plain host without
// cross-origin isolation, and the page around the package refuses what SCORM 1.2 does not allow.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { pack, unpack } from '../../build/lms/pack.js';
import { packages } from '../../web/lms/package.mjs';
import { startBrowser, until } from './harness.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const slug = '01-01-why-deep-learning';
const bank = JSON.parse(readFileSync(join(root, `web/dist/quiz/${slug}.json`), 'utf8'));
const question = (id) => bank.questions.find((each) => each.id === id);

/** The learning system: what is committed stays in this browser for the next launch. */
const system = `
const query = new URLSearchParams(location.search);
const isOld = query.get('standard') === '1.2';
const settings = { autocommit: false, logLevel: 5 };
const runtime = isOld ? new Scorm12API(settings) : new Scorm2004API(settings);
const saved = localStorage.getItem('system');
if (saved) runtime.loadFromJSON(JSON.parse(saved), 'cmi');
window.calls = [];
window.runtime = runtime;
window.failing = false;
const guarded = {};
for (const name of isOld
  ? ['LMSInitialize', 'LMSGetValue', 'LMSSetValue', 'LMSCommit', 'LMSFinish', 'LMSGetLastError']
  : ['Initialize', 'GetValue', 'SetValue', 'Commit', 'Terminate', 'GetLastError']) {
  guarded[name] = (...texts) => {
    const [element, value] = texts;
    const tooLong = isOld && element === 'cmi.suspend_data' && value?.length > 4096;
    const refused = window.failing && /Commit$/.test(name);
    const result = tooLong || refused ? 'false' : runtime[name](...texts);
    const error = name.endsWith('GetLastError') ? null : runtime.lmsGetLastError();
    window.calls.push({ name, texts, result: String(result), error: String(error) });
    if (/Commit$/.test(name) && !refused) localStorage.setItem('system', JSON.stringify(runtime.cmi));
    return result;
  };
}
window[isOld ? 'API' : 'API_1484_11'] = guarded;
const frame = document.createElement('iframe');
frame.src = query.get('package') + '/launch.html';
document.body.append(frame);
`;

let folder;
let site;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gradschool-scorm-'));
  const write = (name, content) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  };
  const made = await packages({
    dist: join(root, 'web/dist'),
    lms: join(root, 'build/lms'),
    schemas: join(root, 'build/scorm-schemas'),
  });
  for (const [name, files] of made) {
    for (const [file, bytes] of files) write(`${name}/${file}`, bytes);
  }
  const script = createRequire(import.meta.url).resolve('scorm-again');
  write('scorm-again.js', readFileSync(join(dirname(script), 'scorm-again.min.js')));
  write('system.js', system);
  const style = '<style>iframe { width: 100%; height: 90vh; border: 0 }</style>';
  const scripts =
    '<script src="scorm-again.js"></script><script src="system.js" type="module"></script>';
  write(
    'system.html',
    `<!DOCTYPE html><title>System</title><link rel="icon" href="data:,">${style}<body>${scripts}</body>`,
  );
  site = await startBrowser({ folder, isolated: false, webgl: false });
});
after(async () => {
  await site?.close();
  rmSync(folder, { recursive: true, force: true });
});

const address = (name, standard) =>
  `system.html?standard=${standard}&package=${name}.scorm${standard}`;
const launchFrame = (page) => page.frameLocator('iframe');
const lessonFrame = (page) => launchFrame(page).frameLocator('iframe');

/** The quiz that asks a question, once it runs. */
async function quizOf(page, id) {
  const quiz = lessonFrame(page).locator(`grad-quiz:has([data-question="${id}"])`);
  await quiz.scrollIntoViewIfNeeded();
  await quiz.and(lessonFrame(page).locator('[data-view="live"][data-open]')).waitFor();
  return quiz;
}

/** Answers a question in its form, right or with \`entry\`, and checks it. */
async function answer(page, id, entry) {
  const quiz = await quizOf(page, id);
  const home = quiz.locator(`[data-question="${id}"]`);
  const { type, options, answer: key } = question(id);
  if (type === 'numeric') await home.getByRole('textbox').fill(entry ?? String(key.value));
  else await home.locator(`[data-option="${options.findIndex(({ correct }) => correct)}"]`).check();
  await home.locator('[data-action="check"]').click();
  return { quiz, home };
}

const itemOf = (quiz, id) =>
  quiz.evaluate(async (each, wanted) => {
    const { items } = await each.model();
    return items.find((item) => item.id === wanted);
  }, id);
const get = (page, element) => page.evaluate((name) => window.runtime.lmsGetValue(name), element);
const untilValue = (page, element, wanted) =>
  until(
    () => get(page, element),
    (value) => String(value) === wanted,
    `${element} being ${wanted}`,
  );
const calls = (page, name) =>
  page.evaluate((wanted) => window.calls.filter((call) => call.name === wanted), name);
const committed = (page) => page.evaluate(() => JSON.parse(localStorage.getItem('system')));

/** No value was refused, but for reading counts of what is not there yet. */
async function assertNothingRefused(page) {
  const refused = await page.evaluate(() =>
    window.calls.filter(({ result }) => result === 'false'),
  );
  assert.deepEqual(refused, []);
}

test('SCORM 1.2: launch, tries, score, commits, resuming', async (t) => {
  const page = await site.visit(t, address(slug, '1.2'));
  const quiz = await quizOf(page, 'raw-input-size');
  assert.equal(await get(page, 'cmi.core.lesson_status'), 'incomplete');
  const { module } = JSON.parse(await quiz.evaluate((each) => each.stats().then(JSON.stringify)));
  assert.equal(module, 'simd');

  const begun = (await calls(page, 'LMSCommit')).length;
  const { home } = await answer(page, 'raw-input-size', '56');
  await until(
    async () => (await calls(page, 'LMSCommit')).length,
    (count) => count === begun + 1,
  );
  await home.locator('[data-action="retry"]').click();
  await answer(page, 'raw-input-size');
  await untilValue(page, 'cmi.interactions._count', '2');
  await answer(page, 'curve-flat');
  await untilValue(page, 'cmi.interactions._count', '3');

  const { interactions, core, suspend_data: data } = await committed(page);
  const entries = Object.values(interactions.childArray ?? interactions);
  assert.deepEqual(
    entries.map(({ id, type, student_response: response, result }) => [id, type, response, result]),
    [
      ['raw-input-size', 'numeric', '56', 'wrong'],
      ['raw-input-size', 'numeric', '784', 'correct'],
      ['curve-flat', 'choice', '0', 'correct'],
    ],
  );
  const contents = JSON.parse(
    readFileSync(join(folder, `${slug}.scorm1.2/lms/contents.json`), 'utf8'),
  );
  const ids = contents.questions.map(({ id }) => id);
  // One of all is right at the first try.
  assert.equal(Number(core.score.raw), Math.round(10000 / ids.length) / 100);
  assert.equal(core.exit, 'suspend');
  assert.deepEqual([...unpack(data, ids).answers.keys()], ['raw-input-size', 'curve-flat']);
  await assertNothingRefused(page);

  await page.reload();
  const again = await quizOf(page, 'raw-input-size');
  const { phase, tries, entered } = await itemOf(again, 'raw-input-size');
  assert.deepEqual({ phase, tries, entered }, { phase: 'right', tries: 2, entered: '784' });
  // Restoring is no new try.
  assert.equal(
    (await calls(page, 'LMSSetValue')).filter(({ texts }) => /interactions/.test(texts[0])).length,
    0,
  );
  await assertNothingRefused(page);
});

/** A record of the system in which all but one question are answered right at once. */
function almostDone(standard, last) {
  const contents = JSON.parse(
    readFileSync(join(folder, `${slug}.scorm${standard}/lms/contents.json`), 'utf8'),
  );
  const ids = contents.questions.map(({ id }) => id);
  const answered = ids
    .filter((id) => id !== last)
    .map((id) => {
      const { type, options = [], answer: key } = question(id);
      const chosen = options.flatMap(({ correct }, k) => (correct ? [k] : []));
      const entered = ['numeric', 'predict'].includes(type) ? String(key.value) : '';
      return [id, { phase: 'right', tries: 1, chosen, entered, hint_shown: false }];
    });
  return pack(new Map(answered), ids, 1, 4096).text;
}

for (const [standard, expected] of [
  ['1.2', { 'cmi.core.lesson_status': 'passed', 'cmi.core.score.raw': '100' }],
  [
    '2004',
    {
      'cmi.completion_status': 'completed',
      'cmi.success_status': 'passed',
      'cmi.score.scaled': '1',
      'cmi.progress_measure': '1',
    },
  ],
]) {
  test(`SCORM ${standard}: the last answer completes and passes; leaving ends the session`, async (t) => {
    const data = almostDone(standard, 'hidden-unit-value');
    const page = await site.visit(t, address(slug, standard), {
      prepare: (each) =>
        each.addInitScript((text) => {
          if (localStorage.getItem('system')) return;
          localStorage.setItem('system', JSON.stringify({ suspend_data: text }));
        }, data),
    });
    const other = await quizOf(page, 'curve-flat');
    assert.equal((await itemOf(other, 'curve-flat')).phase, 'right');
    await answer(page, 'hidden-unit-value');
    for (const [element, value] of Object.entries(expected)) await untilValue(page, element, value);
    await assertNothingRefused(page);
    await page.evaluate(() => (document.querySelector('iframe').src = 'about:blank'));
    const name = standard === '1.2' ? 'LMSFinish' : 'Terminate';
    await until(
      async () => (await calls(page, name)).length,
      (count) => count === 1,
      name,
    );
    const all = await page.evaluate(() => window.calls);
    assert.equal(all.at(-1).name, name);
    const set = all.filter(({ texts }) => /session_time$/.test(texts[0])).at(-1);
    assert.match(set.texts[1], standard === '1.2' ? /^\d{4}:\d\d:\d\d$/ : /^PT\d+S$/);
    assert.equal(set.result, 'true');
  });
}

test('SCORM 2004: tries are entries with URNs and patterns', async (t) => {
  const page = await site.visit(t, address(slug, '2004'));
  await answer(page, 'raw-input-size', '56');
  await untilValue(page, 'cmi.interactions._count', '1');
  await answer(page, 'curve-flat');
  await untilValue(page, 'cmi.interactions._count', '2');
  const entry = async (n) =>
    Promise.all(
      ['id', 'type', 'correct_responses.0.pattern', 'learner_response', 'result'].map((name) =>
        get(page, `cmi.interactions.${n}.${name}`),
      ),
    );
  assert.deepEqual(await entry(0), [
    'urn:gradschool:raw-input-size',
    'numeric',
    '784[:]784',
    '56',
    'incorrect',
  ]);
  assert.deepEqual(await entry(1), ['urn:gradschool:curve-flat', 'choice', '0', '0', 'correct']);
  await assertNothingRefused(page);
});

test('a system that takes nothing is named, and the quiz goes on', async (t) => {
  const page = await site.visit(t, address(slug, '1.2'));
  await quizOf(page, 'raw-input-size');
  await page.evaluate(() => (window.failing = true));
  const { quiz } = await answer(page, 'raw-input-size');
  await quiz.getByText('This learning system did not take your answers').waitFor();
  assert.equal((await itemOf(quiz, 'raw-input-size')).phase, 'right');
});

test('without a learning system the package is a page whose answers stay in the browser', async (t) => {
  const page = await site.visit(t, `${slug}.scorm1.2/launch.html`);
  await page.getByRole('status').getByText('No learning system was found').waitFor();
  const frame = page.frameLocator('iframe');
  const quiz = frame.locator('grad-quiz:has([data-question="raw-input-size"])');
  await quiz.scrollIntoViewIfNeeded();
  await quiz.and(frame.locator('[data-view="live"][data-open]')).waitFor();
});

test('the course: moving between pages keeps the session, and the page is gone back to', async (t) => {
  const page = await site.visit(t, address('course', '1.2'));
  await lessonFrame(page)
    .getByRole('link', { name: /Start with lesson 1/ })
    .click();
  await answer(page, 'raw-input-size');
  await untilValue(page, 'cmi.interactions._count', '1');
  assert.equal((await calls(page, 'LMSInitialize')).length, 1);
  assert.equal((await calls(page, 'LMSFinish')).length, 0);
  await page.reload();
  const quiz = await quizOf(page, 'raw-input-size');
  assert.equal((await itemOf(quiz, 'raw-input-size')).phase, 'right');
  assert.equal(await get(page, 'cmi.core.lesson_location'), `lessons/${slug}.html`);
});
