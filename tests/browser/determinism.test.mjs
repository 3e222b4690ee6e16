// The deterministic class in a browser: the hashes that tests/determinism.cpp holds for every
// compiler, computed in a worker as pages do, by the modules that Node runs too.

import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startBrowser } from './harness.mjs';

/** Posts what the module prints. */
const worker = (name) => `
  import create from './determinism-${name}.mjs';
  const lines = [];
  const add = (line) => lines.push(line);
  await create({ print: add, printErr: add });
  postMessage(lines);`;

for (const name of ['simd', 'fast']) {
  test(`Chromium computes the expected bits (${name})`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'gradschool-'));
    t.after(() => rm(folder, { recursive: true }));
    for (const file of [`determinism-${name}.mjs`, `determinism-${name}.wasm`]) {
      const built = new URL(`../../build/web-${name}/${file}`, import.meta.url);
      await copyFile(built, join(folder, file));
    }
    await writeFile(join(folder, 'worker.js'), worker(name));
    const html = '<!doctype html><link rel="icon" href="data:,"><title>Bits</title>';
    await writeFile(join(folder, 'index.html'), html);
    const site = await startBrowser({ folder });
    t.after(() => site.close());
    const page = await site.visit(t, 'index.html');
    const lines = await page.evaluate(
      () =>
        new Promise((resolve, reject) => {
          const worker = new Worker('/worker.js', { type: 'module' });
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => reject(new Error(message));
        }),
    );
    assert.ok(lines.length > 3, lines.join('\n'));
    const others = lines.filter((line) => !/^[0-9a-f]{16} \S.*[^)]$/.test(line));
    assert.deepEqual(others, []);
  });
}
