// Every further type of question: answered by keyboard and by touch, in the picture and in the form.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { axe, lesson, live, model, startBrowser, until, untilKept } from './harness.mjs';

const slug = '01-01-why-deep-learning';
const bank = JSON.parse(
  readFileSync(new URL(`../../web/dist/quiz/${slug}.json`, import.meta.url), 'utf8'),
);
const question = (id) => bank.questions.find((each) => each.id === id);
const still = { reducedMotion: 'reduce' };
const touch = { ...still, hasTouch: true, viewport: { width: 390, height: 840 } };

let site;
before(async () => (site = await startBrowser()));
after(() => site.close());

const means = {
  keyboard: {
    options: still,
    async press(control) {
      await control.focus();
      await control.page().keyboard.press('Enter');
    },
    async type(box, text) {
      await box.focus();
      await box.page().keyboard.press('Control+A');
      await box.page().keyboard.type(text);
    },
  },
  touch: {
    options: touch,
    press: (control) => control.tap(),
    type: (box, text) => box.tap().then(() => box.fill(text)),
  },
};

const item = async (quiz) => (await model(quiz)).items[0];
const becomes = (quiz, what, fits) => until(() => item(quiz), fits, what);

async function open(page, id, form, by) {
  const quiz = await live(page, `grad-quiz[questions="${id}"]`);
  if (form) {
    await by.press(quiz.getByRole('button', { name: 'Text form' }));
    await quiz.locator('fieldset').waitFor();
  }
  const place = quiz.locator(form ? 'fieldset' : '.grad-stage');
  const button = (name) => place.getByRole('button', { name, exact: true });
  const check = async (phase, name = 'Check') => {
    await by.press(button(name));
    return becomes(quiz, `${id} being ${phase}`, (now) => now.phase === phase);
  };
  return { quiz, place, button, check };
}

/** Moves every option up to its place. */
async function arrange({ quiz, button }, id, by) {
  const { options } = question(id);
  for (let place = 0; place < options.length; place++) {
    const name = `Move “${options[place].text}” up`;
    for (let now = await item(quiz); now.placed.indexOf(place) > place; now = await item(quiz)) {
      const before = now.placed.indexOf(place);
      await by.press(button(name));
      await becomes(quiz, 'the move', (later) => later.placed.indexOf(place) < before);
    }
  }
}

for (const [name, by] of Object.entries(means)) {
  for (const form of [false, true]) {
    const where = form ? 'form' : 'picture';

    test(`rows are brought into order in the ${where} by ${name}`, async (t) => {
      const page = await site.visit(t, lesson, by.options);
      for (const id of ['order-ladder', 'match-error-parts']) {
        const quiz = await open(page, id, form, by);
        await quiz.check('open');
        assert.match((await item(quiz.quiz)).problem, /first\.$/);
        await arrange(quiz, id, by);
        const { first_right: right, why } = await quiz.check('right');
        assert.equal(right, true);
        assert.equal(why, question(id).why);
      }
    });

    test(`gaps and outputs are typed in the ${where} by ${name}`, async (t) => {
      const page = await site.visit(t, lesson, by.options);
      const fill = await open(page, 'fill-theorem', form, by);
      await by.type(fill.place.getByRole('textbox', { name: 'Gap 1' }), 'Continuous');
      await by.type(fill.place.getByRole('textbox', { name: 'Gap 2' }), 'compact');
      const wrong = await fill.check('wrong');
      assert.match(wrong.message, /^Not yet\. Compact means both/);
      assert.equal(wrong.answer, undefined);
      await by.press(fill.button('Try again'));
      await becomes(fill.quiz, 'another try', (now) => now.phase === 'open');
      await by.type(fill.place.getByRole('textbox', { name: 'Gap 2' }), 'bounded');
      await fill.check('right');

      const output = await open(page, 'output-tent', form, by);
      await by.press(output.button('Sure'));
      await becomes(output.quiz, 'being sure', (now) => now.confidence === 'sure');
      await by.type(output.place.getByRole('textbox', { name: 'It prints' }), '0.75');
      await output.check('wrong');
      await by.press(output.button('Show answer'));
      const shown = await becomes(output.quiz, 'the answer', (now) => now.phase === 'revealed');
      assert.equal(shown.message, 'The answer is “1.0”.');
      if (form) assert.deepEqual(await axe(page), []);
      const revealed = ({ items }) => items['output-tent']?.phase === 'revealed';
      await untilKept(page, `answers:${slug}`, revealed);
      await page.reload();
      const again = await item(await live(page, 'grad-quiz[questions="output-tent"]'));
      assert.deepEqual(
        [again.phase, again.entered, again.confidence],
        ['revealed', '0.75', 'sure'],
      );
    });
  }

  test(`a variant has new numbers for another try, by ${name}`, async (t) => {
    const page = await site.visit(t, lesson, by.options);
    const quiz = await open(page, 'variant-collapse', true, by);
    const shown = () => quiz.place.locator('.prompt [data-slot="a"]').first().textContent();
    const { slots } = await item(quiz.quiz);
    assert.equal(await shown(), slots.a);
    await by.type(quiz.place.getByRole('textbox'), slots['a * c']);
    assert.match((await quiz.check('wrong')).message, /That is \$w\$/);
    await by.press(quiz.button('Try again'));
    const now = await becomes(quiz.quiz, 'new numbers', (later) => later.phase === 'open');
    assert.notDeepEqual(now.slots, slots);
    await until(shown, (text) => text === now.slots.a, 'the new number in the prompt');
    const { b, c, d } = now.slots;
    assert.equal(now.slots.bias, undefined);
    await by.type(quiz.place.getByRole('textbox'), String(b * c - d));
    const done = await quiz.check('right');
    assert.equal(done.first_right, false);
    assert.equal(done.slots.bias, String(b * c - d));
    assert.equal(
      await quiz.place.locator('[data-why] [data-slot="bias"]').first().textContent(),
      done.slots.bias.replace('-', '−'),
    );
  });

  test(`a task grades the run that the page shows, by ${name}`, async (t) => {
    const path = `${lesson}?universal-approximation=units:20,activation:1,step:1`;
    const page = await site.visit(t, path, by.options);
    const demo = await live(page, 'grad-demo[name="universal-approximation"]');
    await until(
      () => model(demo),
      (now) => now.readouts.sup_error < 0.05,
      'the run',
    );
    for (const form of [false, true]) {
      const quiz = await open(page, 'do-relu-twenty', form, by);
      if (form) assert.equal((await item(quiz.quiz)).phase, 'right');
      else await quiz.check('right', 'Check my run');
    }
  });
}

test('a task says what the run lacks', async (t) => {
  const page = await site.visit(t, `${lesson}?universal-approximation=units:5,step:1`, still);
  const demo = await live(page, 'grad-demo[name="universal-approximation"]');
  await until(
    () => model(demo),
    (now) => now.readouts.sup_error > 0.05,
    'the run',
  );
  const quiz = await open(page, 'do-relu-twenty', false, means.keyboard);
  const { message } = await quiz.check('wrong', 'Check my run');
  assert.match(
    message,
    /^Not yet\. In your run, “Worst error” is 0\.\d+, and must be below 0\.05\.$/,
  );
});
