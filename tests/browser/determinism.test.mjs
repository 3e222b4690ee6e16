// The deterministic class in a browser: the hashes that tests/determinism.cpp holds for every
// compiler, computed by the module that Node runs too.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { startBrowser } from './harness.mjs';

const modules = new URL('../../build/', import.meta.url);

for (const [preset, name] of [
  ['web-simd', 'simd'],
  ['web-fast', 'fast'],
]) {
  test(`Chromium computes the expected bits (${name})`, async (t) => {
    const site = await startBrowser();
    t.after(() => site.close());
    const prepare = (page) =>
      page.route('**/wasm/determinism-*', async (route) => {
        const file = new URL(route.request().url()).pathname.split('/').pop();
        const contentType = file.endsWith('.wasm') ? 'application/wasm' : 'text/javascript';
        const body = await readFile(new URL(`${preset}/${file}`, modules));
        await route.fulfill({ contentType, body });
      });
    const page = await site.visit(t, 'index.html', { prepare });
    const { lines, errors } = await page.evaluate(async (module) => {
      const { default: create } = await import(`/wasm/determinism-${module}.mjs`);
      const [lines, errors] = [[], []];
      const add = (to) => (line) => to.push(line);
      await create({ print: add(lines), printErr: add(errors) });
      return { lines, errors };
    }, name);
    assert.ok(lines.length > 3, lines.join('\n'));
    assert.deepEqual(
      lines.filter((line) => line.includes('differs')),
      [],
    );
    assert.deepEqual(errors, []);
  });
}
