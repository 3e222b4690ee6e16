// Recorded runs: what is run again and what is kept, states and numbers as texts.

import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { buildSite } from '../../web/site/build.mjs';
import { NativeProgram, canonicalState, runKey } from '../../web/site/results.mjs';
import { formatNumber, formatReadout, readNumber } from '../../web/site/runs.mjs';
import { lessonFile, lineOf, native, withCourse } from './fixture.mjs';

/** A program that notes what it is asked and answers with it; `version` makes it another one. */
function writeProgram(root, version = 1) {
  const file = join(root, 'build/native/gradschool');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    `#!/usr/bin/env node
// Version ${version}.
const { appendFileSync } = require('node:fs');
const args = process.argv.slice(2);
appendFileSync('asked', args.join(' ') + '\\n');
if (args.includes('n:13')) {
  console.error('gradschool: Bad luck.');
  process.exit(2);
}
console.log(JSON.stringify(args[0] === 'list' ? [{ name: 'one' }] : { state: args[3] }));
`,
  );
  chmodSync(file, 0o755);
}

const asked = (root) => readFileSync(join(root, 'asked'), 'utf8').trim().split('\n').length;
const runs = ['', 'n:5', 'n:7', 'n:5'].map((state) => ({ demo: 'one', state }));

test('a run is computed once, until the program changes', async () => {
  await withCourse({}, async (root) => {
    writeProgram(root);
    const first = await new NativeProgram(root).record(runs);
    assert.deepEqual([...first.keys()], ['one?', 'one?n:5', 'one?n:7']);
    assert.deepEqual(first.get(runKey(runs[1])), { state: 'n:5' });
    assert.equal(asked(root), 3);

    const program = new NativeProgram(root);
    assert.deepEqual(await program.record(runs), first);
    assert.equal(asked(root), 3);
    assert.deepEqual([...(await program.describe())], [['one', { name: 'one' }]]);
    assert.equal(asked(root), 4);

    writeProgram(root, 2);
    assert.deepEqual(await new NativeProgram(root).record(runs), first);
    assert.equal(asked(root), 7);
    assert.equal(readdirSync(join(root, 'build/results')).length, 1); // nothing of version 1
  });
});

test('a missing program and a run that fails are named in a sentence', async () => {
  await withCourse({}, async (root) => {
    await assert.rejects(
      buildSite(root),
      /^Error: build\/native\/gradschool is missing, and pages show what it computes: build it with/,
    );
    assert.ok(!existsSync(join(root, 'web/dist')));
    writeProgram(root);
    await assert.rejects(
      new NativeProgram(root).record([{ demo: 'one', state: 'n:13' }]),
      /gradschool demo one --state n:13 --json --figures: gradschool: Bad luck\./,
    );
  });
});

test('a demo that the native program does not know yet is named', async () => {
  const inc = 'src/demos/demos.inc';
  await withCourse({ [inc]: (text) => `${text}DEMO(1, new, "new", "New")\n` }, async (root) => {
    await assert.rejects(buildSite(root, undefined, native), /demos\.inc:3: .* has no "new"/);
  });
});

test('a number that is not known at its step is named with its line', async () => {
  const change = (text) => text.replace('{{known-demo n=5:', '{{known-demo step=1:');
  await withCourse({ [lessonFile]: change }, async (root) => {
    const text = readFileSync(join(root, lessonFile), 'utf8');
    const place = `${lessonFile}:${lineOf(text, 'step=1')}: "accuracy" is not known`;
    await assert.rejects(buildSite(root, undefined, native), (error) =>
      error.message.startsWith(place),
    );
  });
});

test('a state has one form, whoever wrote it', async () => {
  const demo = (await native.describe()).get('known-demo');
  const canonical = (text) => canonicalState(demo, text).state;
  assert.equal(canonical(''), '');
  assert.equal(canonical('step:0,seed:1,n:3.0'), '');
  assert.equal(
    canonical('step:40,look:2,seed:18446744073709551615,n:1e2'),
    'n:100,look:2,seed:18446744073709551615,step:40',
  );
  assert.equal(canonicalState(demo, 'n:4,look:2,step:1').run, 'n:4,step:1');
  for (const wrong of ['n:0x10', 'n:', 'n', 'n:1001', 'seed:1.5', 'step:1000001', 'n:NaN']) {
    const { state, problems } = canonicalState(demo, wrong);
    assert.equal(state, '');
    assert.equal(problems.length, 1, wrong);
  }
});

test('numbers are written as figures write them', () => {
  const cases = [
    [0.9601440429687497, 3, '0.960'],
    [-0.0004, 3, '0.000'],
    [-12345.678, 1, '−12,345.7'],
    [1e20, 0, '100,000,000,000,000,000,000'],
    [999999.5, 0, '1,000,000'],
    [0.0625, 3, '0.062'], // ties go to the even digit, as C's printf() has it
    [0.1875, 3, '0.188'],
    [0.5, 0, '0'],
    [1.5, 0, '2'],
    [2.5, 0, '2'],
    [null, 3, '–'],
  ];
  for (const [value, decimals, text] of cases) assert.equal(formatNumber(value, decimals), text);
  const readout = { decimals: 3, unit: '' };
  assert.equal(formatReadout(0.9601, readout, { percent: true }), '96.0\u202f%');
  assert.equal(formatReadout(0.9601, readout, { percent: true, decimals: 0 }), '96\u202f%');
  assert.equal(formatReadout(0.9601, readout, { decimals: 1 }), '1.0');
  assert.equal(formatReadout(null, readout, { percent: true }), '–');
});

test('a computed number names its run, its read-out and how it is written', () => {
  const plain = { demo: 'a-b', text: 'n:5,seed:2', readout: 'c_d', percent: false, decimals: null };
  assert.deepEqual(readNumber('a-b n=5 seed=2: c_d'), plain);
  assert.deepEqual(readNumber(' a-b  n=5 seed=2:c_d % .2 '), {
    ...plain,
    percent: true,
    decimals: 2,
  });
  assert.deepEqual(readNumber('a-b: c_d .0'), { ...plain, text: '', decimals: 0 });
  for (const wrong of ['', 'a-b', ': c', 'a-b n: c', 'a-b: c d', 'a-b: c .12', 'a-b n=1:2: c']) {
    assert.equal(readNumber(wrong), null, wrong);
  }
});
