// There and back: what the exports wrote, the native program reads again, and the check of quiz.yml
// names what the formats could not hold.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { exchangeForm, orderAsMatch } from '../../web/exports/exchange.mjs';
import { gift } from '../../web/exports/gift.mjs';
import { moodleXml } from '../../web/exports/moodle.mjs';
import { readYaml } from '../../web/site/yaml.mjs';
import { courseBank, hostileBank } from './fixture.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = join(root, 'build/native/gradschool');
const schema = JSON.parse(readFileSync(join(root, 'web/quiz.schema.json'), 'utf8'));

let folder;
before(() => (folder = mkdtempSync(join(tmpdir(), 'gradschool-import-'))));
after(() => rmSync(folder, { recursive: true, force: true }));

/** @returns the text of quiz.yml and what the program said */
function importFile(name, text) {
  const file = join(folder, name);
  const output = `${file}.yml`;
  writeFileSync(file, text);
  rmSync(output, { force: true });
  const run = spawnSync(program, ['quiz', 'import', file, '--output', output], {
    encoding: 'utf8',
  });
  assert.equal(run.status, 0, run.stderr);
  return { yaml: readFileSync(output, 'utf8'), said: run.stdout };
}

/** What both formats hold of a question, in the form of quiz.yml. */
function asWritten(question, { holdsHint, holdsOrder }) {
  const asked = exchangeForm(question);
  const held = asked.form === 'order' && !holdsOrder ? orderAsMatch(asked) : asked;
  const { id, level, topics, prompt, why, form } = held;
  const common = {
    id,
    level,
    topics,
    prompt,
    hint: holdsHint ? question.hint : '',
    why,
    anchor: '',
  };
  if (form === 'choice') {
    const options = question.options.map(({ text, correct, feedback }) => ({
      text,
      ...(correct && { correct }),
      feedback,
    }));
    return { ...common, type: question.type, options };
  }
  if (form === 'order') {
    const options = held.items.map((text) => ({ text, feedback: '' }));
    return { ...common, type: 'order', options };
  }
  if (form === 'match') {
    const paired = held.pairs.map(([left, text]) => ({ left, text, feedback: '' }));
    const others = held.others.map((text) => ({ text, feedback: '' }));
    return { ...common, type: 'match', options: [...paired, ...others] };
  }
  if (form === 'text') {
    const feedback = Object.fromEntries(held.feedback);
    const code = held.code ? `\n${held.code.trimEnd()}` : '';
    return {
      ...common,
      prompt: prompt + code,
      type: 'fill',
      text: '___',
      gaps: [{ accept: held.accepted, ...(held.feedback.length > 0 && { feedback }) }],
    };
  }
  const { value, tolerance, feedback } = held;
  const wrong = Object.fromEntries(feedback.map(([number, text]) => [String(number), text]));
  return { ...common, type: 'numeric', answer: { value, tolerance }, feedback: wrong };
}

for (const [format, write, holds] of [
  ['gift', gift, { holdsHint: false, holdsOrder: false }],
  ['xml', moodleXml, { holdsHint: true, holdsOrder: true }],
]) {
  for (const [name, bank] of Object.entries({ hostileBank, courseBank })) {
    test(`${name} comes back from ${format} as it was`, () => {
      const { yaml, said } = importFile(`${name}.${format}`, write(bank).text);
      const { questions } = parse(yaml);
      const asked = bank.questions.filter((question) => exchangeForm(question).form);
      assert.deepEqual(
        questions,
        asked.map((question) => asWritten(question, holds)),
      );
      assert.match(said, new RegExp(`: ${asked.length} questions from `));
    });
  }
}

test('the check of quiz.yml names every field that is to be written', () => {
  const source = '::a::What? {=right ~wrong}\n\n::b::How many? {#5}\n';
  const { yaml } = importFile('bare.gift', source);
  const { problems } = readYaml(yaml, 'quiz.yml', schema);
  const lines = yaml.split('\n');
  const marked = lines.flatMap((line, i) => (line.endsWith('# to be written') ? [i + 1] : []));
  assert.equal(marked.length, 14);
  const named = new Set(problems.map(({ line }) => line));
  assert.deepEqual(
    marked.filter((line) => !named.has(line)),
    [],
  );
});

test('what cannot be imported is one sentence, and nothing is overwritten', () => {
  const run = (name, text, ...more) => {
    const file = join(folder, name);
    if (text !== null) writeFileSync(file, text);
    const { status, stderr } = spawnSync(program, ['quiz', 'import', file, ...more], {
      encoding: 'utf8',
      cwd: folder,
    });
    return [status, stderr.replaceAll(`${folder}/`, '')];
  };
  const nothing = 'There is no question in it that can be read.';
  assert.deepEqual(run('none.gift', null), [1, 'none.gift: It cannot be opened.\n']);
  assert.deepEqual(run('foreign.gift', '{"version": 1}'), [1, `foreign.gift: ${nothing}\n`]);
  assert.deepEqual(run('cut.gift', '::a::What? {=right ~wr'), [1, `cut.gift: ${nothing}\n`]);
  assert.deepEqual(run('cut.xml', '<quiz>\n<question type="multichoice"'), [
    1,
    'cut.xml: The file is not well-formed XML: Error parsing start element tag (line 2).\n',
  ]);
  assert.equal(run('bank.json', '{}')[0], 2);
  const [status, sentence] = run('fine.gift', 'What? {=right ~wrong}', '--output', 'fine.gift');
  assert.equal(status, 1);
  assert.match(sentence, /^fine\.gift: It cannot be made, or is there already/);
});
