// QTI 1.2: valid, and its rules of marking, carried out, give marks to the right answers alone.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DOMParser } from '@xmldom/xmldom';
import { strFromU8, unzipSync } from 'fflate';
import { validateXML } from 'xmllint-wasm';
import { exchangeForm, orderAsMatch } from '../../web/exports/exchange.mjs';
import { qti } from '../../web/exports/qti.mjs';
import { htmlPrompt } from '../../web/exports/text.mjs';
import { courseBank, hostileBank } from './fixture.mjs';

const schema = readFileSync(new URL('qti12.xsd', import.meta.url), 'utf8');
const all = (node, name) => [...node.getElementsByTagName(name)];
const elements = (node) => [...node.childNodes].filter((child) => child.nodeType === 1);

/** Whether responses (lists of strings; by name, or the only one) meet a condition. */
function holds(condition, responses) {
  const named = condition.getAttribute('respident');
  const response = Array.isArray(responses) ? responses : (responses[named] ?? []);
  const each = elements(condition);
  const tests = {
    conditionvar: () => each.every((part) => holds(part, responses)),
    and: () => each.every((part) => holds(part, responses)),
    or: () => each.some((part) => holds(part, responses)),
    not: () => !holds(each[0], responses),
    other: () => true,
    varequal: () => response.includes(condition.textContent),
    vargte: () => response.some((text) => Number(text) >= Number(condition.textContent)),
    varlte: () => response.some((text) => Number(text) <= Number(condition.textContent)),
  };
  return tests[condition.nodeName]();
}

/** Mark and shown feedback of a response. */
function process(item, response) {
  let score = 0;
  const shown = [];
  for (const rule of all(item, 'respcondition')) {
    if (!holds(all(rule, 'conditionvar')[0], response)) continue;
    for (const set of all(rule, 'setvar')) {
      const before = set.getAttribute('action') === 'Add' ? score : 0;
      score = before + Number(set.textContent);
    }
    for (const show of all(rule, 'displayfeedback')) shown.push(show.getAttribute('linkrefid'));
    if (rule.getAttribute('continue') === 'No') break;
  }
  return { score, shown };
}

function checkChoice(item, { several, options }) {
  const labels = all(item, 'response_label').map((label) => label.getAttribute('ident'));
  const count = several ? 2 ** options.length : options.length;
  for (let k = 0; k < count; k++) {
    const chosen = options.map((_, i) => (several ? ((k >> i) & 1) === 1 : i === k));
    const right = options.every(({ correct }, i) => correct === chosen[i]);
    const { score, shown } = process(
      item,
      labels.filter((_, i) => chosen[i]),
    );
    assert.equal(score, right ? 100 : 0);
    const feedback = labels.filter((_, i) => chosen[i]).map((label) => `${label}_fb`);
    assert.deepEqual(shown, ['why', ...feedback]);
  }
}

function checkNumber(item, { value, tolerance, feedback }) {
  const outside = value + tolerance + Math.max(tolerance, Math.abs(value)) / 10;
  assert.equal(process(item, [String(value)]).score, 100);
  assert.equal(process(item, [String(value + tolerance / 2)]).score, 100);
  assert.equal(process(item, [String(outside)]).score, 0);
  for (const [number] of feedback) {
    const { score, shown } = process(item, [String(number)]);
    assert.equal(score, 0);
    assert.equal(shown.length, 2);
  }
}

function checkText(item, { accepted, feedback }) {
  for (const text of accepted)
    assert.deepEqual(process(item, [text]), { score: 100, shown: ['why'] });
  for (const [wrong] of feedback) {
    const { score, shown } = process(item, [wrong]);
    assert.deepEqual([score, shown.length], [0, 2]);
  }
  assert.equal(process(item, ['something else']).score, 0);
}

function checkMatch(item, { pairs }) {
  const right = Object.fromEntries(pairs.map((_, k) => [`pair${k + 1}`, [`right${k + 1}`]]));
  assert.ok(Math.abs(process(item, right).score - 100) < 0.001);
  const { score } = process(item, { ...right, pair1: ['right2'] });
  assert.ok(Math.abs(score - 100 + 100 / pairs.length) < 0.001);
}

const checks = {
  choice: checkChoice,
  number: checkNumber,
  text: checkText,
  match: checkMatch,
  order: (item, question) => checkMatch(item, orderAsMatch(question)),
};

for (const [name, bank] of Object.entries({ hostileBank, courseBank })) {
  test(`every file of ${name} is valid QTI 1.2`, async () => {
    const { files } = qti(bank);
    const xml = [...files].filter(([file]) => file !== 'imsmanifest.xml');
    const { valid, errors } = await validateXML({
      xml: xml.map(([fileName, contents]) => ({ fileName, contents })),
      schema: [schema],
    });
    assert.deepEqual(
      errors.map(({ rawMessage }) => rawMessage),
      [],
    );
    assert.ok(valid);
  });

  test(`the items of ${name} mark and explain as our questions do`, () => {
    const asked = bank.questions.map((question) => exchangeForm(question)).filter((q) => q.form);
    const zipped = unzipSync(qti(bank).zip);
    const parser = new DOMParser();
    const manifest = parser.parseFromString(strFromU8(zipped['imsmanifest.xml']), 'text/xml');
    const listed = all(manifest, 'resource').map((resource) => resource.getAttribute('href'));
    assert.deepEqual([...listed, 'imsmanifest.xml'].sort(), Object.keys(zipped).sort());
    const items = listed.flatMap((file) =>
      all(parser.parseFromString(strFromU8(zipped[file]), 'text/xml'), 'item'),
    );
    assert.equal(items.length, asked.length);
    for (const [k, question] of asked.entries()) {
      assert.equal(items[k].getAttribute('ident'), question.id);
      assert.equal(all(items[k], 'mattext')[0].textContent, htmlPrompt(question));
      const feedback = all(items[k], 'itemfeedback').map((each) => each.getAttribute('ident'));
      const links = all(items[k], 'displayfeedback').map((each) => each.getAttribute('linkrefid'));
      assert.deepEqual([...links, 'hint'].sort(), [...feedback].sort());
      checks[question.form](items[k], question);
    }
  });
}

test('the same bank makes the same bytes', () => {
  assert.deepEqual(qti(hostileBank).zip, qti(hostileBank).zip);
});
