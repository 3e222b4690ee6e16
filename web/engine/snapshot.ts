// Snapshots of a run as files: arrays as tensors, other numbers as texts with their 64 bits (the form of
// src/io/snapshot_file.h).

import type { Engine, Generator, Layer, Optimizer } from './engine.js';
import { readSafetensors, writeSafetensors, type NamedArrays } from './safetensors.js';

type Parts = [model: Layer, optimizer: Optimizer, generator: Generator];

/** The names of arrays and of numbers, in their order. */
function namesOf(engine: Engine, parts: Parts): [arrays: string[], numbers: string[]] {
  const [arrays, numbers] = engine.snapshotNames(...parts).split('\n\n');
  return [arrays!.split('\n'), numbers!.split('\n')];
}

export function takeSnapshot(engine: Engine, ...parts: Parts): Uint8Array {
  const [names, numbers] = namesOf(engine, parts);
  const halves = Uint32Array.from(engine.snapshotNumbers(...parts));
  const bits = new BigUint64Array(halves.buffer);
  const arrays: NamedArrays = {};
  engine.scope(() =>
    engine.snapshotArrays(...parts).forEach((array, i) => {
      arrays[names[i]!] = { shape: array.shape, data: array.data() };
    }),
  );
  const metadata = Object.fromEntries(numbers.map((name, i) => [name, String(bits[i])]));
  return writeSafetensors({ arrays, metadata });
}

export function restoreSnapshot(engine: Engine, file: Uint8Array, ...parts: Parts): void {
  const { arrays, metadata } = readSafetensors(file);
  const [names, numbers] = namesOf(engine, parts);
  const left = new Set([...Object.keys(arrays), ...Object.keys(metadata)]);
  for (const name of [...names, ...numbers])
    if (!left.delete(name)) throw new Error(`[restore] the snapshot has no ${name}`);
  if (left.size > 0) throw new Error(`[restore] the run has no ${[...left].join(', ')}`);
  const bits = numbers.map((name) => {
    const text = metadata[name]!;
    if (!/^\d{1,20}$/.test(text)) throw new Error(`[restore] ${name} is not a number: ${text}`);
    return BigInt(text);
  });
  const halves = new Int32Array(BigUint64Array.from(bits).buffer);
  engine.scope(() => {
    const tensors = names.map((name) => engine.tensor(arrays[name]!.data, arrays[name]!.shape));
    engine.restoreSnapshot(...parts, tensors, halves);
  });
}
