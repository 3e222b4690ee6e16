// The deterministic class computes the same bits natively, in both web modules and in Node.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { test } from 'node:test';

const build = resolve(import.meta.dirname, '../../build');
const native = execFileSync(`${build}/native/determinism_hash`, { encoding: 'utf8' });

/** What the module prints. In a process of its own: the fast module's threads would keep this alive. */
function printed(module) {
  const runner = resolve(import.meta.dirname, 'run_module.mjs');
  return execFileSync(process.execPath, [runner, `${build}/${module}`], { encoding: 'utf8' });
}

for (const kind of ['simd', 'fast'])
  test(`the ${kind} module computes the bits of the native program`, () => {
    assert.match(native, /^[0-9a-f]{16} /);
    assert.equal(printed(`web-${kind}/determinism-${kind}.mjs`), native);
  });
