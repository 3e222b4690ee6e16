// GIFT, read back by gift-pegjs.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { exchangeForm, orderAsMatch } from '../../web/exports/exchange.mjs';
import { gift } from '../../web/exports/gift.mjs';
import { htmlPrompt, htmlText } from '../../web/exports/text.mjs';
import { courseBank, hostileBank } from './fixture.mjs';

const { parse } = createRequire(import.meta.url)('gift-pegjs');

const spaces = (text) => text.replace(/\s+/g, ' ').trim();
const decoded = (text) => spaces(text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code)));
/** What a text must come back as. */
const expected = (text) => spaces(htmlText(text));

function compareChoice(read, { several, options }) {
  assert.equal(read.type, 'MC');
  assert.equal(read.choices.length, options.length);
  for (const [k, choice] of read.choices.entries()) {
    assert.equal(decoded(choice.text.text), expected(options[k].text));
    assert.equal(decoded(choice.feedback.text), expected(options[k].feedback));
    if (several) assert.equal(choice.weight > 0, options[k].correct);
    else assert.equal(choice.isCorrect, options[k].correct);
  }
  const sum = (sign) =>
    read.choices.reduce((total, { weight }) => total + Math.max(0, sign * (weight ?? 0)), 0);
  if (several) assert.ok(Math.abs(sum(1) - 100) < 0.001 && Math.abs(sum(-1) - 100) < 0.001);
}

function compareNumber(read, { value, tolerance, feedback }) {
  assert.equal(read.type, 'Numerical');
  const [right, ...wrong] = read.choices;
  assert.deepEqual([right.text.number, right.text.range], [value, tolerance]);
  assert.deepEqual(
    wrong.map((each) => [each.weight, each.text.number, decoded(each.feedback.text)]),
    feedback.map(([number, text]) => [0, number, expected(text)]),
  );
}

function compareText(read, { accepted, feedback }) {
  assert.equal(read.type, 'Short');
  assert.deepEqual(
    read.choices.map((each) => [
      each.weight,
      spaces(each.text.text),
      each.feedback && decoded(each.feedback.text),
    ]),
    [
      ...accepted.map((text) => [100, text, null]),
      ...feedback.map(([wrong, text]) => [0, wrong, expected(text)]),
    ],
  );
}

function compareMatch(read, { pairs, others }) {
  assert.equal(read.type, 'Matching');
  assert.deepEqual(
    read.matchPairs.map(({ subquestion, subanswer }) => [decoded(subquestion.text), subanswer]),
    [...pairs.map(([left, right]) => [expected(left), right]), ...others.map((text) => ['', text])],
  );
}

const compare = {
  choice: compareChoice,
  number: compareNumber,
  text: compareText,
  match: compareMatch,
  order: (read, question) => compareMatch(read, orderAsMatch(question)),
};

for (const [name, bank] of Object.entries({ hostileBank, courseBank })) {
  test(`gift-pegjs reads every question of ${name} as it was`, () => {
    const asked = bank.questions.map((question) => exchangeForm(question)).filter((q) => q.form);
    const read = parse(gift(bank).text).filter(({ type }) => type !== 'Category');
    assert.equal(read.length, asked.length);
    for (const [k, question] of asked.entries()) {
      assert.equal(read[k].title, question.id);
      assert.equal(read[k].id, question.id);
      assert.deepEqual(read[k].tags, [...question.topics, `level ${question.level}`]);
      assert.equal(read[k].stem.format, 'html');
      assert.equal(decoded(read[k].stem.text), spaces(htmlPrompt(question)));
      assert.equal(decoded(read[k].globalFeedback.text), expected(question.why));
      compare[question.form](read[k], question);
    }
  });
}

test('GIFT lists what it lost, and leaves out what it does not know', () => {
  const { text, degraded } = gift(hostileBank);
  assert.ok(!text.includes('unheard-of'));
  assert.ok(degraded.some((line) => /^unheard-of: left out: .*"telepathy"$/.test(line)));
  assert.ok(
    degraded.includes('guess: asked as a number: the run that shows what comes out is left out'),
  );
  assert.equal(degraded.filter((line) => line.endsWith('its hint is left out')).length, 11);
});
