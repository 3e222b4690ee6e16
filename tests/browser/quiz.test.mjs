// The quick check of a lesson: answered by every means, kept in the browser, readable without one.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { axe, lesson, live, model, startBrowser, until, untilKept } from './harness.mjs';

const slug = '01-01-why-deep-learning';
const bank = JSON.parse(
  readFileSync(new URL(`../../web/dist/quiz/${slug}.json`, import.meta.url), 'utf8'),
);
const ids = bank.quick_check;
const quick = `grad-quiz[questions="${ids.join(',')}"]`;
const still = { reducedMotion: 'reduce' };

let site;
before(async () => (site = await startBrowser()));
after(() => site.close());

const question = (id) => bank.questions.find((each) => each.id === id);
const item = async (quiz, i) => (await model(quiz)).items[i];
const phase = (quiz, i, wanted) =>
  until(
    () => item(quiz, i),
    (now) => now.phase === wanted,
    `${ids[i]} being ${wanted}`,
  );

// ---- Four ways to do the same --------------------------------------------------------------------

const means = {
  mouse: {
    press: (control) => control.click(),
    type: (box, text) => box.click().then(() => box.fill(text)),
  },
  touch: {
    press: (control) => control.tap(),
    type: (box, text) => box.tap().then(() => box.fill(text)),
  },
  keyboard: { press: pressKey, type: typeKeys },
};

/** By Tab to the control, by arrows within radio buttons, then Space. */
async function pressKey(control, role) {
  await reach(control);
  const chosen = await control.evaluate((each) => each.type === 'radio' && each.checked);
  if (!chosen) await control.page().keyboard.press(role === 'link' ? 'Enter' : 'Space');
}

async function typeKeys(box, text) {
  await reach(box);
  await box.page().keyboard.press('Control+A');
  await box.page().keyboard.type(text);
}

async function reach(control) {
  const page = control.page();
  // As a reader who follows the table of contents to the heading above.
  await control.evaluate((each) => {
    if (document.activeElement !== document.body) return;
    const above = [...document.querySelectorAll('h2[id]')].filter(
      (heading) => heading.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING,
    );
    location.hash = above.at(-1).id;
  });
  const key = () =>
    control.evaluate((each) => {
      const focused = document.activeElement;
      if (focused === each) return null;
      if (each.type === 'radio' && focused.type === 'radio' && focused.name === each.name)
        return 'ArrowDown';
      const before = each.compareDocumentPosition(focused) & Node.DOCUMENT_POSITION_FOLLOWING;
      return before ? 'Shift+Tab' : 'Tab';
    });
  for (let i = 0; i < 300; i++) {
    const next = await key();
    if (next === null) return;
    await page.keyboard.press(next);
  }
  assert.fail(`the keyboard does not reach ${control}`);
}

/** Answers question `i`, which is in view, and checks it. */
async function answer(quiz, i, by, right) {
  const { type, options, answer: number } = question(ids[i]);
  const home = quiz.locator(`[data-question="${ids[i]}"]`);
  const place = (await home.isVisible()) ? home : quiz;
  if (type === 'numeric') {
    await by.type(place.getByRole('textbox'), String(right ? number.value : 0.6667));
  } else {
    const role = type === 'single' ? 'radio' : 'checkbox';
    for (const [k, option] of options.entries()) {
      const wanted = type === 'single' ? option.correct === right : option.correct === right;
      const control = place.getByRole(role, { name: option.text, exact: true });
      if (wanted && !(await control.isChecked())) await by.press(control);
      if (!wanted && type === 'multiple' && (await control.isChecked())) await by.press(control);
      if (wanted) {
        await until(
          () => item(quiz, i),
          (now) => now.chosen[k],
          `the choice of ${option.text}`,
        );
        if (type === 'single') break;
      }
    }
  }
  await by.press(place.getByRole('button', { name: 'Check', exact: true }));
  await phase(quiz, i, right ? 'right' : 'wrong');
}

/** Right; wrong, again, right; wrong, shown; right. */
async function work(quiz, by, next) {
  const button = (name) => quiz.getByRole('button', { name, exact: true }).locator('visible=true');
  await answer(quiz, 0, by, true);
  await next(1);
  await answer(quiz, 1, by, false);
  assert.equal((await item(quiz, 1)).why, undefined);
  await by.press(button('Try again'));
  await phase(quiz, 1, 'open');
  await answer(quiz, 1, by, true);
  await next(2);
  await answer(quiz, 2, by, false);
  await by.press(button('Show answer'));
  await phase(quiz, 2, 'revealed');
  await next(3);
  await answer(quiz, 3, by, true);
  const { done, score, items } = await model(quiz);
  assert.deepEqual([done, score], [4, 2]);
  ids.forEach((id, i) => assert.equal(items[i].why, question(id).why));
}

for (const [name, by] of Object.entries(means)) {
  test(`the picture's quiz is answered by ${name} alone and kept`, async (t) => {
    const touch = name === 'touch' && {
      hasTouch: true,
      isMobile: true,
      viewport: { width: 390, height: 840 },
    };
    const page = await site.visit(t, lesson, { ...still, ...touch });
    const quiz = await live(page, quick);
    assert.equal(await quiz.locator('fieldset').first().isVisible(), false);
    await work(quiz, by, async (i) => {
      await by.press(quiz.getByRole('button', { name: 'Next question' }));
      await until(
        () => model(quiz),
        (now) => now.current === i,
        `question ${i + 1}`,
      );
    });
    const { items } = await model(quiz);

    await untilKept(page, `answers:${slug}`, (record) => record.items[ids[3]]?.phase === 'right');
    await page.reload();
    const again = await live(page, quick);
    const kept = await model(again);
    assert.deepEqual(kept.items, items);
    assert.deepEqual([kept.done, kept.score], [4, 2]);
  });

  test(`the text form is answered by ${name} alone`, async (t) => {
    const touch = name === 'touch' && { hasTouch: true, viewport: { width: 390, height: 840 } };
    const page = await site.visit(t, lesson, { ...still, ...touch });
    const quiz = await live(page, quick);
    await by.press(quiz.getByRole('button', { name: 'Text form' }));
    await quiz.locator('fieldset').last().waitFor();
    await work(quiz, by, async () => {});
    const output = (i) => quiz.locator('fieldset').nth(i).locator('output');
    assert.match(await output(0).innerText(), /^Right/);
    assert.deepEqual(await axe(page), []);
    // The picture shows the same state.
    await quiz.getByRole('button', { name: 'Text form' }).click();
    await quiz.getByRole('button', { name: 'Question 1 of 4, answered right' }).waitFor();
    await quiz.getByRole('button', { name: 'Question 3 of 4, answer shown' }).waitFor();
  });
}

test('the hint is shown by the picture and by the form', async (t) => {
  const page = await site.visit(t, lesson, still);
  const quiz = await live(page, quick);
  const { hint } = question(ids[0]);
  await quiz.getByRole('button', { name: 'Hint' }).click();
  await until(
    () => item(quiz, 0),
    (now) => now.hint_shown,
    'the hint',
  );
  await quiz.getByRole('button', { name: 'Text form' }).click();
  await quiz.locator('fieldset').first().getByText(hint).waitFor();
  assert.equal(
    await quiz.locator('fieldset').first().getByText(question(ids[0]).why).isVisible(),
    false,
  );
});

// ---- Predictions ---------------------------------------------------------------------------------

const guess = 'predict-line-many';
const ofGuess = `grad-quiz[questions="${guess}"]`;

/** The demo shows the predicted run: its end, and the number that the bank holds. */
async function ranAsPredicted(page) {
  const { demo: name, state, readout, value } = question(guess).answer;
  const element = page.locator(`grad-demo[name="${name}"]`).first();
  const end = await until(
    () => model(element),
    (now) => now.complete,
    'the run being complete',
  );
  assert.equal(end.readouts[readout], value);
  const link = await element.evaluate((each) => each.link());
  assert.ok(link.includes(`=${state},step:`), link);
}

for (const form of ['picture', 'form']) {
  test(`a prediction is made in the ${form} by keyboard alone, and its run is seen`, async (t) => {
    const page = await site.visit(t, lesson, still);
    const quiz = await live(page, ofGuess);
    const { keyboard: by } = means;
    if (form === 'form') await by.press(quiz.getByRole('button', { name: 'Text form' }));
    const place = form === 'form' ? quiz.locator('fieldset') : quiz.locator('.grad-stage');
    await by.type(place.getByRole('textbox', { name: 'Your guess' }), '0.9');
    assert.equal((await item(quiz, 0)).answer, undefined);
    await by.press(place.getByRole('button', { name: 'Lock in my guess' }));
    const now = await until(
      () => item(quiz, 0),
      ({ phase: reached }) => reached === 'revealed',
      'the outcome',
    );
    assert.match(now.message, /^You said 0\.90; the run gave 0\.\d\d, 0\.\d\d away\.$/);
    assert.equal(now.why, question(guess).why);
    await until(() => place.getByRole('textbox').isDisabled(), Boolean, 'the guess being final');

    const run = form === 'form' ? 'link' : 'button';
    const before = page.url().split(/[?#]/)[0];
    await by.press(place.getByRole(run, { name: 'Run it' }), run);
    await ranAsPredicted(page);
    assert.equal(page.url().split(/[?#]/)[0], before);

    await untilKept(page, `answers:${slug}`, ({ items }) => items[guess]?.tries === 1);
    await page.reload();
    const again = await live(page, ofGuess);
    assert.equal((await item(again, 0)).message, now.message);
  });
}

test('a prediction that came true is said so', async (t) => {
  const page = await site.visit(t, lesson, still);
  const quiz = await live(page, ofGuess);
  await quiz.getByRole('textbox').fill('1/2');
  await quiz.getByRole('textbox').press('Enter');
  await until(
    () => item(quiz, 0),
    (now) => now.phase === 'right' && now.first_right,
    'the outcome',
  );
});
