// The bank that the site build has written, read by the engine: every prediction is run again, and
// its key must be what comes out, to the bit.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const path = (name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const bank = path('web/dist/quiz/bank.json');

test('the keys of the course’s predictions are what the engine gives', () => {
  const { questions } = JSON.parse(readFileSync(bank, 'utf8'));
  const predictions = questions.filter(({ type }) => type === 'predict').length;
  assert.ok(predictions >= 2);
  const said = execFileSync(path('build/native/gradschool'), ['quiz', 'check', bank], {
    encoding: 'utf8',
  });
  assert.match(said, new RegExp(`^predictions run again: ${predictions}$`, 'm'));
});
