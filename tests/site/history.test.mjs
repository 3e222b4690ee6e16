// What lesson 01-04 says of the runs of its presets, and its questions quote.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { repository } from '../../web/site/build.mjs';
import { NativeProgram, runKey } from '../../web/site/results.mjs';

const folder = join(repository, 'lessons/01-04-a-short-history');
const read = (name) => readFileSync(join(folder, name), 'utf8').replace(/\s+/g, ' ');
const states = {
  usual: '',
  centred: 'shift:0',
  moved: 'shift:3',
  few: 'rows:100',
  noisy: 'noise:0.3',
  many: 'rows:3000,passes:10,draws:1',
};

test('the presets of lesson 01-04 come to what is said of them', async () => {
  const runs = Object.values(states).map((state) => ({ demo: 'timeline', state }));
  const results = await new NativeProgram(repository).record(runs);
  const of = (name) => results.get(runKey({ demo: 'timeline', state: states[name] })).readouts;
  const models = ['perceptron', 'mlp', 'lenet', 'resnet', 'transformer'];
  const best = (name) => models.reduce((a, b) => (of(name)[b] > of(name)[a] ? b : a));

  assert.equal(best('usual'), 'resnet');
  assert.equal(
    models.reduce((a, b) => (of('usual')[b] < of('usual')[a] ? b : a)),
    'transformer',
  );
  for (const model of models) {
    assert.ok(of('centred')[model] > of('usual')[model], `${model} gains by centring`);
    const gain = of('many')[model] - of('usual')[model];
    const newest = of('many').transformer - of('usual').transformer;
    assert.ok(gain <= newest, `${model} gains less by more pictures than the Transformer`);
  }
  assert.equal(best('few'), 'lenet');
  assert.equal(best('noisy'), 'lenet');
  assert.equal(best('many'), 'resnet');
  assert.ok(of('many').transformer > of('many').mlp);
  assert.ok(of('moved').perceptron < 0.25 && of('moved').resnet > 0.55);

  const questions = read('quiz.yml');
  for (const [said, state, readout] of [
    ['the perceptron reads 0.47 of them', 'usual', 'perceptron'],
    ['the convolution of 1998 reads 0.67 of the digits', 'usual', 'lenet'],
  ]) {
    assert.ok(questions.includes(said), said);
    assert.equal(of(state)[readout].toFixed(2), /\d\.\d+/.exec(said)[0], said);
  }
});

test('the solution of the exercise on seeds gives the leads that come out', async () => {
  const runs = [1, 2, 3, 4, 5].map((seed) => ({
    demo: 'timeline',
    state: `rows:100,draws:1,seed:${seed}`,
  }));
  const results = await new NativeProgram(repository).record(runs);
  const leads = runs.map((run) => {
    const { lenet, resnet } = results.get(runKey(run)).readouts;
    return Number((100 * (lenet - resnet)).toFixed(1));
  });
  assert.equal(Math.min(...leads), 0.6);
  assert.equal(Math.max(...leads), 8);
  assert.ok(read('lesson.md').includes('ahead all five times, but by 0.6 to 8 percentage points'));
});
