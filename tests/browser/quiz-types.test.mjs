// Every further type of question: answered by keyboard and by touch, in the picture and in the form.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { axe, lesson, live, model, rewrite, startBrowser, until, untilKept } from './harness.mjs';

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
    async drag({ mouse }, from, to) {
      await mouse.move(...from);
      await mouse.down();
      await mouse.move(...to, { steps: 4 });
      await mouse.up();
    },
  },
  touch: {
    options: touch,
    press: (control) => control.tap(),
    type: (box, text) => box.tap().then(() => box.fill(text)),
    async drag(page, from, to) {
      const finger = await page.context().newCDPSession(page);
      const send = (type, ...points) =>
        finger.send('Input.dispatchTouchEvent', {
          type,
          touchPoints: points.map(([x, y]) => ({ x, y })),
        });
      await send('touchStart', from);
      for (const part of [0.25, 0.5, 0.75, 1]) {
        await send('touchMove', [from[0], from[1] + part * (to[1] - from[1])]);
      }
      await send('touchEnd');
    },
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

/** The lesson with the only demo that these questions need, in a state that does what is asked. */
const path = `${lesson}?universal-approximation=units:20,activation:1,step:1`;
const otherDemos = /<grad-demo(?![^>]*name="universal-approximation")[\s\S]*?<\/grad-demo>/g;
const fewDemos = (page) =>
  rewrite(page, '**/lessons/*.html*', (html) => html.replace(otherDemos, ''));

async function inOrder(page, form, by) {
  for (const id of ['order-ladder', 'match-error-parts']) {
    const quiz = await open(page, id, form, by);
    await quiz.check('open');
    assert.match((await item(quiz.quiz)).problem, /first\.$/);
    if (!form) await dragged(quiz, by);
    await arrange(quiz, id, by);
    const { first_right: right, why } = await quiz.check('right');
    assert.equal(right, true);
    assert.equal(why, question(id).why);
  }
}

/** The last row, taken by its grip to the first place. */
async function dragged({ quiz }, by) {
  const before = (await item(quiz)).placed;
  const grips = quiz.locator('.grad-text.grad-drawable');
  await grips.first().scrollIntoViewIfNeeded();
  const middle = async (grip) => {
    const { x, y, width, height } = await grip.boundingBox();
    return [x + width / 2, y + height / 2];
  };
  const [x, to] = await middle(grips.first());
  const [, from] = await middle(grips.last());
  await by.drag(quiz.page(), [x, from], [x, to - 8]);
  const now = await becomes(quiz, 'the drag', ({ placed }) => placed[0] === before.at(-1));
  assert.deepEqual([...now.placed].sort(), [...before].sort());
}

async function typed(page, form, by) {
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
}

async function drawnAnew(page, by) {
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
}

async function done(page, form, by) {
  const demo = await live(page, 'grad-demo[name="universal-approximation"]');
  await until(
    () => model(demo),
    (now) => now.readouts.sup_error < 0.05,
    'the run',
  );
  const quiz = await open(page, 'do-relu-twenty', form, by);
  await quiz.check('right', 'Check my run');
}

async function keptOverReload(page) {
  const revealed = ({ items }) => items['output-tent']?.phase === 'revealed';
  await untilKept(page, `answers:${slug}`, revealed);
  await page.reload();
  const again = await item(await live(page, 'grad-quiz[questions="output-tent"]'));
  assert.deepEqual([again.phase, again.entered, again.confidence], ['revealed', '0.75', 'sure']);
}

// One page for all types: loading it takes longer than answering them.
for (const [name, by] of Object.entries(means)) {
  for (const form of [false, true]) {
    const how = `in the ${form ? 'form' : 'picture'} by ${name}`;
    test(`every further type is answered ${how}`, async (t) => {
      const page = await site.visit(t, path, { ...by.options, prepare: fewDemos });
      await t.test('rows are brought into order', () => inOrder(page, form, by));
      await t.test('gaps and outputs are typed', () => typed(page, form, by));
      if (form) {
        await t.test('a variant has new numbers for another try', () => drawnAnew(page, by));
        await t.test('nothing is wrong for axe', async () =>
          assert.deepEqual(await axe(page, 'grad-quiz'), []),
        );
      }
      await t.test('a task grades the run that the page shows', () => done(page, form, by));
      if (name === 'keyboard') await t.test('answers are kept', () => keptOverReload(page));
    });
  }
}

test('a task says what the run lacks', async (t) => {
  const page = await site.visit(t, `${lesson}?universal-approximation=units:5,step:1`, {
    ...still,
    prepare: fewDemos,
  });
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
