// Writes the whole bank as other programs read it, and beside each file the list of what it lost.
//
//   node web/exports/make.mjs [--site ADDRESS]     from web/dist/quiz into build/exports
//
// With the course's address, questions about runs say where the run can be seen.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gift } from './gift.mjs';
import { moodleXml } from './moodle.mjs';
import { qti } from './qti.mjs';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** @returns by the name of the file its content and its list */
export function exportFiles(bank, site = '') {
  const moodle = moodleXml(bank, site);
  const text = gift(bank, site);
  const packed = qti(bank, site);
  return new Map([
    ['gradschool.moodle.xml', { content: moodle.text, degraded: moodle.degraded }],
    ['gradschool.gift', { content: text.text, degraded: text.degraded }],
    ['gradschool.qti12.zip', { content: packed.zip, degraded: packed.degraded }],
  ]);
}

async function main() {
  const { values } = parseArgs({ options: { site: { type: 'string', default: '' } } });
  const bank = JSON.parse(await readFile(join(repository, 'web/dist/quiz/bank.json'), 'utf8'));
  const folder = join(repository, 'build/exports');
  await mkdir(folder, { recursive: true });
  for (const [name, { content, degraded }] of exportFiles(bank, values.site)) {
    await writeFile(join(folder, name), content);
    await writeFile(
      join(folder, `${name}.degraded.txt`),
      degraded.map((line) => `${line}\n`).join(''),
    );
    console.log(
      `build/exports/${name}: ${bank.questions.length} questions, ${degraded.length} remarks`,
    );
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
