// A bank of 5,000 questions (the course's own, repeated under other ids) is read and a paper of 60
// questions made of it, natively and in Node by the module that pages load. Prints one JSON line each.
//
//   node tests/bench/quiz.mjs

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const count = 5000;

function largeBank() {
  const bank = JSON.parse(readFileSync(join(root, 'web/dist/quiz/bank.json'), 'utf8'));
  const questions = Array.from({ length: count }, (_, i) => {
    const question = bank.questions[i % bank.questions.length];
    return { ...question, id: `${question.id}-${i}` };
  });
  return JSON.stringify({ ...bank, questions });
}

function medianMs(work) {
  const times = Array.from({ length: 9 }, (_, run) => {
    const start = performance.now();
    work(run);
    return performance.now() - start;
  });
  return Number(times.sort((a, b) => a - b)[4].toFixed(2));
}

async function inNode(json) {
  const { default: create } = await import(join(root, 'web/dist/wasm/quiz-simd.mjs'));
  const wasm = await create();
  const call = (name, text) => {
    const bytes = wasm.lengthBytesUTF8(text) + 1;
    const address = wasm._quiz_alloc(bytes);
    wasm.stringToUTF8(text, address, bytes);
    const result = wasm.UTF8ToString(wasm[`_${name}`](address));
    wasm._quiz_free(address);
    const error = wasm.UTF8ToString(wasm._quiz_error());
    if (error) throw new Error(error);
    return result;
  };
  let questions = 0;
  const load = medianMs(() => (questions = Number(call('quiz_bank', json))));
  const paper = medianMs((run) => call('quiz_paper', `count=60&seed=${run}`));
  return { questions, bytes: json.length, load_ms: load, paper_ms: paper };
}

const folder = mkdtempSync(join(tmpdir(), 'gradschool-'));
try {
  const file = join(folder, 'bank.json');
  const json = largeBank();
  writeFileSync(file, json);
  process.stdout.write(execFileSync(join(root, 'build/native/native_quiz'), [file]));
  const figures = await inNode(json);
  console.log(
    JSON.stringify({ case: 'quiz_paper', engine: 'gradschool', host: 'node', ...figures }),
  );
} finally {
  rmSync(folder, { recursive: true });
}
