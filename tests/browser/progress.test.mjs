// What is kept in the browser: across reloads, tabs and versions, damaged, full and missing storage;
// shown in the sidebar, the head of the lesson and the course page.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import {
  blockDatabase,
  kept,
  lesson,
  live,
  model,
  startBrowser,
  until,
  untilKept,
} from './harness.mjs';

const slug = '01-01-why-deep-learning';
const bank = JSON.parse(
  readFileSync(new URL(`../../web/dist/quiz/${slug}.json`, import.meta.url), 'utf8'),
);
const ids = bank.quick_check;
const question = (id) => bank.questions.find((each) => each.id === id);
/** Two of the quick check that are answered by one choice. */
const [first, second] = [...ids.keys()].filter((i) => question(ids[i]).type === 'single');
const quick = `grad-quiz[questions="${ids.join(',')}"]`;
const answers = `answers:${slug}`;
const old = `gradschool.progress:${slug}`;
const still = { reducedMotion: 'reduce' };

let site;
before(async () => (site = await startBrowser()));
after(() => site.close());

const done = (quiz, wanted) =>
  until(
    () => model(quiz),
    (now) => now.done === wanted,
    `${wanted} questions done`,
  );

/** Answers a question of the quick check rightly. */
async function answer(quiz, i) {
  const right = question(ids[i]).options.find(({ correct }) => correct);
  await quiz.getByRole('button', { name: new RegExp(`^Question ${i + 1} of`) }).click();
  await quiz.getByRole('radio', { name: right.text, exact: true }).click();
  await quiz.getByRole('button', { name: 'Check', exact: true }).click();
  await until(
    () => model(quiz),
    (now) => now.items[i].phase === 'right',
    `${ids[i]} being right`,
  );
}

/** Before the page's own scripts, once. */
const withLocal = (records) => (page) =>
  page.addInitScript((given) => {
    if (sessionStorage.getItem('prepared')) return;
    for (const [name, text] of Object.entries(given)) localStorage.setItem(name, text);
    sessionStorage.setItem('prepared', 'yes');
  }, records);

const withoutDatabase = (page) =>
  page.addInitScript(() => Object.defineProperty(window, 'indexedDB', { value: undefined }));

test('an answer survives that was not yet written when the page was left', async (t) => {
  const page = await site.visit(t, lesson, still);
  await answer(await live(page, quick), first);
  await untilKept(page, answers, ({ items }) => ids[first] in items);
  await blockDatabase(page);
  const quiz = await live(page, quick);
  await answer(quiz, second);
  await quiz
    .getByText(/^Right\./)
    .first()
    .waitFor({ state: 'attached' }); // the page knows
  await page.reload();
  await done(await live(page, quick), 2);
  const record = await untilKept(page, answers, ({ items }) => ids[second] in items);
  assert.equal(record.items[ids[second]].phase, 'right');
  const counts = ({ items }) => Object.values(items).map((askings) => askings.length);
  assert.deepEqual(counts(await untilKept(page, 'history', ({ items }) => items)), [1, 1]);
  await page.reload(); // once only
  await done(await live(page, quick), 2);
  assert.deepEqual(counts(await kept(page, 'history')), [1, 1]);
  const notes = await page.evaluate(() =>
    Object.keys(localStorage).filter((key) => key.startsWith('gradschool.unsaved')),
  );
  assert.deepEqual(notes, []);
});

test('two tabs and two quizzes of a lesson keep each other’s answers, and count them', async (t) => {
  const page = await site.visit(t, lesson, still);
  const other = await site.visit(t, lesson, { context: page.context() });
  const [one, two] = [await live(page, quick), await live(other, quick)];
  await answer(one, first);
  await answer(two, second);
  const check = await live(other, 'grad-quiz[questions="raw-input-size"]');
  await check.getByRole('textbox').fill('784');
  await check.getByRole('button', { name: 'Check' }).click();
  const three = [ids[first], ids[second], 'raw-input-size'].sort();
  const ofThree = ({ items }) => Object.keys(items).length === 3;
  const record = await untilKept(page, answers, ofThree);
  assert.deepEqual(Object.keys(record.items).sort(), three);
  const history = await untilKept(page, 'history', ofThree);
  assert.deepEqual(Object.keys(history.items).sort(), three);
  for (const [asking] of Object.values(history.items)) {
    assert.deepEqual([asking.right, asking.in], [true, 'lesson']);
  }

  // Both tabs tell of it, in the sidebar and in the lesson's head.
  const asked = await page.locator('[data-question]').count();
  for (const tab of [page, other]) {
    await tab
      .getByText(`3 of ${asked} questions answered, 3 right at the first try`)
      .first()
      .waitFor();
    assert.match(
      await tab.locator('.chapters [aria-current] .progress').innerText(),
      new RegExp(`^3/${asked}`),
    );
  }
  await page.reload();
  await done(await live(page, quick), 2);
  await page.goto(`${site.site}index.html`);
  assert.match(await page.locator('.course-list .progress').innerText(), new RegExp(`^3/${asked}`));
});

test('answers of the first version move from localStorage and stay', async (t) => {
  const item = { phase: 'revealed', chosen: [1], entered: '', tries: 1, hint_shown: false };
  const { options } = question(ids[first]);
  item.chosen = [options.findIndex(({ correct }) => !correct)];
  const record = { version: 1, current: ids[first], items: { [ids[first]]: item } };
  const prepare = withLocal({ [old]: JSON.stringify(record), 'gradschool.theme': 'dark' });
  const page = await site.visit(t, lesson, { ...still, prepare });
  await done(await live(page, quick), 1);
  assert.deepEqual(await kept(page, answers), record);
  const left = () => page.evaluate(() => Object.keys(localStorage));
  assert.deepEqual(await left(), ['gradschool.theme']);
  await page.reload();
  await done(await live(page, quick), 1);
});

for (const [what, record] of Object.entries({
  'no JSON': '{"version":1,"items"',
  'no record': '[1,2,3]',
  'a record with impossible answers': `{"version":1,"current":"${ids[first]}","items":{"${ids[first]}":{"phase":"right","chosen":[],"entered":"","tries":0,"hint_shown":false}}}`,
})) {
  test(`damaged progress (${what}) is set aside in one sentence`, async (t) => {
    const page = await site.visit(t, lesson, { ...still, prepare: withLocal({ [old]: record }) });
    const quiz = await live(page, quick);
    await quiz.getByText('Your saved answers are damaged').waitFor();
    const aside = () => untilKept(page, 'aside:1', () => true);
    assert.deepEqual(await aside(), { from: answers, text: record });
    await answer(quiz, first);
    await untilKept(page, answers, ({ items }) => items[ids[first]]?.phase === 'right');
    await page.reload();
    await done(await live(page, quick), 1);
    assert.equal((await aside()).text, record);
  });
}

test('a record of a newer course stays as it is', async (t) => {
  const record = { version: 2, current: 'x', items: {} };
  const prepare = withLocal({ [old]: JSON.stringify(record) });
  const page = await site.visit(t, lesson, { ...still, prepare });
  const quiz = await live(page, quick);
  await quiz.getByText('newer version').waitFor();
  await answer(quiz, first);
  assert.deepEqual(await kept(page, answers), record);
  assert.equal(await kept(page, 'aside:1'), null);
});

test('a database of a newer course stays as it is', async (t) => {
  const page = await site.visit(t, 'index.html', still);
  const closed = await site.visit(t, '404.html', { context: page.context(), expected: /404/ });
  await page.close();
  await closed.evaluate(
    () =>
      new Promise((made, failed) => {
        const request = indexedDB.open('gradschool', 2);
        request.onupgradeneeded = () => request.result.createObjectStore('better');
        request.onsuccess = () => made(request.result.close());
        request.onerror = failed;
      }),
  );
  await closed.goto(site.site + lesson);
  const quiz = await live(closed, quick);
  await quiz.getByText('newer version').waitFor();
  await answer(quiz, first);
});

test('without IndexedDB answers are kept in localStorage, and move once it is there', async (t) => {
  const page = await site.visit(t, lesson, { ...still, prepare: withoutDatabase });
  await answer(await live(page, quick), first);
  const record = await until(
    () => page.evaluate((name) => JSON.parse(localStorage.getItem(name)), old),
    Boolean,
    'the record',
  );
  assert.deepEqual(Object.keys(record.items), [ids[first]]);
  await page.reload();
  await done(await live(page, quick), 1);
  const able = await site.visit(t, lesson, { context: page.context() });
  await done(await live(able, quick), 1);
  assert.equal(await able.evaluate((name) => localStorage.getItem(name), old), null);
});

test('a quiz works without storage and says that answers are not kept', async (t) => {
  const prepare = async (page) => {
    await withoutDatabase(page);
    await page.addInitScript(() => {
      Object.defineProperty(window, 'localStorage', {
        get() {
          throw new DOMException('denied', 'SecurityError');
        },
      });
    });
  };
  const page = await site.visit(t, lesson, { ...still, prepare });
  const quiz = await live(page, quick);
  await answer(quiz, first);
  await quiz.getByText('does not let the page save your answers').waitFor();
  await answer(quiz, second);
});

for (const where of ['IndexedDB', 'localStorage']) {
  test(`a full ${where} keeps what it has and is told of`, async (t) => {
    const prepare = async (page) => {
      if (where === 'localStorage') await withoutDatabase(page);
      await page.addInitScript(() => {
        const written = new Set(); // what has been there fits
        const check = (text) => {
          if (globalThis.isFull && !written.has(text))
            throw new DOMException('full', 'QuotaExceededError');
          written.add(text);
        };
        const [put, setItem] = [IDBObjectStore.prototype.put, Storage.prototype.setItem];
        IDBObjectStore.prototype.put = function (text, name) {
          check(text);
          return put.call(this, text, name);
        };
        Storage.prototype.setItem = function (name, text) {
          check(text);
          return setItem.call(this, name, text);
        };
      });
    };
    const page = await site.visit(t, lesson, { ...still, prepare });
    const quiz = await live(page, quick);
    await answer(quiz, first);
    await untilKept(page, answers, () => true);
    await page.evaluate(() => (globalThis.isFull = true));
    await answer(quiz, second);
    await quiz.getByText('its storage is off or full').waitFor();
    assert.deepEqual(Object.keys((await kept(page, answers)).items), [ids[first]]);
    await page.evaluate(() => (globalThis.isFull = false));
    await quiz.getByRole('button', { name: new RegExp(`^Question ${first + 1} of`) }).click();
    await untilKept(page, answers, ({ items }) => Object.keys(items).length === 2);
  });
}
