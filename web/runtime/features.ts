// Which engine this browser can run, found out before anything is loaded.

import type { Build } from './protocol.js';

// The smallest modules that use a feature (from GoogleChromeLabs' wasm-feature-detect, Apache 2.0).
const start = [0, 97, 115, 109, 1, 0, 0, 0, 1];
const exceptions = [...start, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 8, 1, 6, 0, 6, 64, 25, 11, 11];
const simd = [
  ...start,
  ...[5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11],
];
const relaxedSimd = [
  ...start,
  ...[5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15],
  ...[253, 128, 2, 11],
];
const threads = [
  ...start,
  ...[4, 1, 96, 0, 0, 3, 2, 1, 0, 5, 4, 1, 3, 1, 1, 10, 11, 1, 9, 0, 65, 0, 254, 16, 2, 0, 26, 11],
];

const runs = (bytes: number[]) => WebAssembly.validate(new Uint8Array(bytes));

/** The builds to try, best first; a sentence if there is none. */
export function usableBuilds(): Build[] | string {
  if (typeof WebAssembly !== 'object' || !runs(simd) || !runs(exceptions)) {
    return 'This browser cannot run the figures: it has no WebAssembly with SIMD and exceptions. Any browser from 2023 on has.';
  }
  if (typeof OffscreenCanvas !== 'function') {
    return 'This browser cannot run the figures: it cannot draw in a worker (OffscreenCanvas).';
  }
  const fast = self.crossOriginIsolated && runs(threads) && runs(relaxedSimd);
  return fast ? ['fast', 'simd'] : ['simd'];
}
