// The catalogue of 5,000 questions (the course's own, repeated under other ids) is read and a paper of
// 60 questions made of it, natively and in Node by the module that pages load; the whole bank is read
// for comparison. Prints one JSON line each.
//
//   node tests/bench/quiz.mjs

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { catalogue } from '../../web/site/bank.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const count = 5000;

function largeCourse() {
  const bank = JSON.parse(readFileSync(join(root, 'web/dist/quiz/bank.json'), 'utf8'));
  const questions = Array.from({ length: count }, (_, i) => {
    const question = bank.questions[i % bank.questions.length];
    return { ...question, id: `${question.id}-${i}` };
  });
  return {
    bank: JSON.stringify({ ...bank, questions }),
    catalogue: JSON.stringify(
      catalogue([{ slug: 'all', quickCheck: [], quiz: { data: { questions } } }]),
    ),
  };
}

function medianMs(work) {
  const times = Array.from({ length: 9 }, (_, run) => {
    const start = performance.now();
    work(run);
    return performance.now() - start;
  });
  return Number(times.sort((a, b) => a - b)[4].toFixed(2));
}

async function inNode({ bank, catalogue: json }) {
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
  const load = medianMs(() => (questions = Number(call('quiz_catalogue', json))));
  const paper = medianMs((run) => call('quiz_paper', `count=60&seed=${run}`));
  const start = performance.now();
  call('quiz_lesson', bank); // once: the module keeps what it was given
  const whole = Number((performance.now() - start).toFixed(2));
  return { questions, catalogue_ms: load, paper_ms: paper, bank_ms: whole };
}

const folder = mkdtempSync(join(tmpdir(), 'gradschool-'));
try {
  const course = largeCourse();
  const files = Object.entries(course).map(([name, text]) => {
    const file = join(folder, `${name}.json`);
    writeFileSync(file, text);
    return file;
  });
  const program = join(root, 'build/native/native_quiz');
  process.stdout.write(execFileSync(program, [files[1], files[0]]));
  const figures = await inNode(course);
  console.log(
    JSON.stringify({ case: 'quiz_paper', engine: 'gradschool', host: 'node', ...figures }),
  );
} finally {
  rmSync(folder, { recursive: true });
}
