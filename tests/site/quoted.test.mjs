// Numbers that lesson 01-01 writes in words, and that its questions quote: the runs that they come
// from must still give them. (Numbers in the text itself are computed: "{{demo: readout}}".)

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { repository } from '../../web/site/build.mjs';
import { NativeProgram, runKey } from '../../web/site/results.mjs';

const folder = join(repository, 'lessons/01-01-why-deep-learning');
const read = (name) => readFileSync(join(folder, name), 'utf8').replace(/\s+/g, ' ');

const ladder = 'representation-ladder';
/** What is said, and what a figure of the run must say for it to be true. */
const inWords = [
  {
    said: 'one of the eight units on the first rung answers to edges, by chance. [After it](?representation-ladder=step:2261#representation-ladder), six do.',
    run: { demo: ladder, state: '' },
    shown: /^6 of 8 units answer to some straight edge .*; before training 1 of 8 did\./,
  },
  {
    said: 'one of the twelve units that still answer likes corners or textures best; all twelve like edges.',
    run: { demo: ladder, state: 'rung:2' },
    shown:
      /^1 of 12 units \(4 more are silent\) answer at least a quarter more strongly to a corner.* 12 of 12 still answer to edges\./,
  },
  {
    said: 'each of the six units knows its class',
    run: { demo: ladder, state: 'rung:4' },
    shown: /^6 of 6 units /,
  },
];

const approximation = 'universal-approximation';
/** What a question says of a read-out, to so many digits. */
const inQuestions = [
  ['the largest error is 0.066.', approximation, 'units:32', 'sup_error'],
  ['reads 0.73 of the unseen ones', 'scaling-plot', 'n:100', 'classical_accuracy'],
  ['names 0.95 of the shapes', ladder, '', 'test_accuracy'],
  ['names 0.15 of them', ladder, '', 'readable_pixels'],
  ['after 0.22 and', ladder, '', 'readable_conv1'],
  ['and 0.35 on the two layers before', ladder, '', 'readable_conv2'],
  ['About 0.4: better than guessing', 'scaling-plot', 'n:100', 'network_accuracy'],
];

test('what the lesson says in words and its questions quote is what the runs come to', async () => {
  const runs = [
    ...inWords.map(({ run }) => run),
    ...inQuestions.map(([, demo, state]) => ({ demo, state })),
  ];
  const results = await new NativeProgram(repository).record(runs);
  const text = read('lesson.md');
  for (const { said, run, shown } of inWords) {
    assert.ok(text.includes(said), said);
    const { figures } = results.get(runKey(run));
    const summaries = figures.map(({ summary }) => summary);
    assert.ok(
      summaries.some((summary) => shown.test(summary)),
      `${said}\nfigures: ${summaries.join('\n')}`,
    );
  }
  const questions = read('quiz.yml');
  for (const [said, demo, state, readout] of inQuestions) {
    assert.ok(questions.includes(said), said);
    const [number] = /\d\.\d+/.exec(said);
    const value = results.get(runKey({ demo, state })).readouts[readout];
    assert.equal(value.toFixed(number.length - 2), number, said);
  }
});
