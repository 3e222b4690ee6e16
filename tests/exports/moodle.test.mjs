// Moodle XML, read back by xmldom.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DOMParser } from '@xmldom/xmldom';
import { exchangeForm } from '../../web/exports/exchange.mjs';
import { moodleXml } from '../../web/exports/moodle.mjs';
import { htmlPrompt, htmlText } from '../../web/exports/text.mjs';
import { courseBank, hostileBank } from './fixture.mjs';

const children = (node, name) => [...node.childNodes].filter((child) => child.nodeName === name);
/** The text of the element at the end of a path of names. */
const textAt = (node, ...names) => {
  const end = names.reduce((at, name) => children(at, name)[0] ?? assert.fail(name), node);
  return end.textContent;
};

function parseQuiz(text) {
  const problems = [];
  const document = new DOMParser({ onError: (level, message) => problems.push(message) }) //
    .parseFromString(text, 'text/xml');
  assert.deepEqual(problems, []);
  return children(document.documentElement, 'question');
}

function compareChoice(read, { several, options }) {
  assert.equal(read.getAttribute('type'), 'multichoice');
  assert.equal(textAt(read, 'single'), String(!several));
  const answers = children(read, 'answer');
  assert.deepEqual(
    answers.map((answer) => [
      textAt(answer, 'text'),
      Number(answer.getAttribute('fraction')) > 0,
      textAt(answer, 'feedback', 'text'),
    ]),
    options.map(({ text, correct, feedback }) => [htmlText(text), correct, htmlText(feedback)]),
  );
  const fractions = answers.map((answer) => Number(answer.getAttribute('fraction')));
  const sum = fractions.filter((each) => each > 0).reduce((a, b) => a + b);
  assert.ok(Math.abs(sum - 100) < 0.001);
  // Ticking everything must not pay.
  if (several) assert.ok(Math.abs(fractions.reduce((a, b) => a + b)) < 0.001);
}

function compareNumber(read, { value, tolerance, feedback }) {
  assert.equal(read.getAttribute('type'), 'numerical');
  assert.deepEqual(
    children(read, 'answer').map((answer) => [
      Number(answer.getAttribute('fraction')),
      Number(textAt(answer, 'text')),
      Number(textAt(answer, 'tolerance')),
      textAt(answer, 'feedback', 'text'),
    ]),
    [
      [100, value, tolerance, ''],
      ...feedback.map(([number, text]) => [0, number, 0, htmlText(text)]),
    ],
  );
}

function compareText(read, { accepted, feedback }) {
  assert.equal(read.getAttribute('type'), 'shortanswer');
  assert.deepEqual(
    children(read, 'answer').map((answer) => [
      Number(answer.getAttribute('fraction')),
      textAt(answer, 'text'),
      textAt(answer, 'feedback', 'text'),
    ]),
    [
      ...accepted.map((text) => [100, text, '']),
      ...feedback.map(([wrong, text]) => [0, wrong, htmlText(text)]),
    ],
  );
}

function compareMatch(read, { pairs, others }) {
  assert.equal(read.getAttribute('type'), 'matching');
  assert.deepEqual(
    children(read, 'subquestion').map((pair) => [
      textAt(pair, 'text'),
      textAt(pair, 'answer', 'text'),
    ]),
    [...pairs.map(([left, right]) => [htmlText(left), right]), ...others.map((text) => ['', text])],
  );
}

function compareOrder(read, { items }) {
  assert.equal(read.getAttribute('type'), 'ordering');
  assert.deepEqual(
    children(read, 'answer').map((answer) => textAt(answer, 'text')),
    items.map(htmlText),
  );
}

const compare = {
  choice: compareChoice,
  number: compareNumber,
  text: compareText,
  match: compareMatch,
  order: compareOrder,
};

for (const [name, bank] of Object.entries({ hostileBank, courseBank })) {
  test(`xmldom reads every question of ${name} as it was`, () => {
    const asked = bank.questions.map((question) => exchangeForm(question)).filter((q) => q.form);
    const all = parseQuiz(moodleXml(bank).text);
    const read = all.filter((each) => each.getAttribute('type') !== 'category');
    assert.equal(all.length - read.length, new Set(bank.questions.map((q) => q.lesson)).size);
    assert.equal(read.length, asked.length);
    for (const [k, question] of asked.entries()) {
      assert.equal(textAt(read[k], 'name', 'text'), question.id);
      assert.equal(textAt(read[k], 'idnumber'), question.id);
      assert.equal(textAt(read[k], 'questiontext', 'text'), htmlPrompt(question));
      assert.equal(textAt(read[k], 'generalfeedback', 'text'), htmlText(question.why));
      assert.equal(textAt(read[k], 'hint', 'text'), htmlText(question.hint));
      const tags = children(children(read[k], 'tags')[0], 'tag').map((tag) => textAt(tag, 'text'));
      assert.deepEqual(tags, [...question.topics, `level ${question.level}`]);
      compare[question.form](read[k], question);
    }
  });
}

test('markup in a prompt arrives as text, and formulas as MathJax wants them', () => {
  const { text } = moodleXml(hostileBank);
  assert.ok(text.includes('Is &amp;lt;b&amp;gt;a &amp;amp; b&amp;lt;/b&amp;gt;'));
  assert.ok(text.includes('\\(\\frac{1}{2}\\)'));
  assert.ok(!text.includes('<script') && !text.includes('<b>'));
});

test('a link to the run is given when the address of the course is known', () => {
  const { text } = moodleXml(hostileBank, 'https://course.example/');
  assert.ok(text.includes('https://course.example/lessons/01-02-second.html?d=n:5,seed:2#d'));
});

test('the list names what Moodle cannot do', () => {
  const { degraded } = moodleXml(hostileBank);
  const named = new Set(degraded.map((line) => line.split(':')[0]));
  const whole = ['signs', 'number', 'tiny', 'gap', 'program'];
  assert.deepEqual(
    [...named].sort(),
    hostileBank.questions
      .map(({ id }) => id)
      .filter((id) => !whole.includes(id))
      .sort(),
  );
  const leftOut = degraded.filter((line) => line.includes(': left out: '));
  assert.deepEqual(
    leftOut.map((line) => line.split(':')[0]),
    ['drawn', 'task', 'unheard-of'],
  );
});
