// Examples and labels in files of MNIST's format (IDX), gzipped or not, which the browser unpacks. The
// format, and what is refused, are those of src/data/idx.h and file_dataset.h.

import type { Engine, Tensor } from './engine.js';

/** A file: an address to fetch, what a file input or fetch() gives, or its bytes. */
export type FileSource = string | URL | Blob | Response | ArrayBuffer | Uint8Array;

/** Examples with their classes, as fit() and evaluate() take them. */
export interface Dataset {
  /** (number, …); of pictures (number, height, width, 1), from 0 to 1. */
  x: Tensor;
  y: number[];
  /** One more than the largest label, at least two. */
  classes: number;
}

/** The most that a file may hold once unpacked, as natively. */
const mostBytes = 2 ** 30;

interface File {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Throws one sentence that begins with the file's name; then nothing is kept. */
export async function loadDataset(
  engine: Engine,
  examples: FileSource,
  labels: FileSource,
): Promise<Dataset> {
  const [pictures, classes] = await Promise.all([
    read(examples, 'the file of examples'),
    read(labels, 'the file of labels'),
  ]);
  const { sizes, numbers, bytes } = idx(pictures);
  const y = labelsOf(classes);
  if (sizes.length < 2)
    refuse(pictures, `examples need at least two axes, not (${sizes}); are these the labels?`);
  if (sizes[0] !== y.length)
    refuse(classes, `it has ${y.length} labels for the ${sizes[0]} examples of ${pictures.name}.`);
  const bad = numbers.findIndex((number) => !Number.isFinite(number));
  if (bad >= 0) refuse(pictures, `example ${rowOf(bad, sizes)} holds a number that is not finite.`);
  const x = engine.zeros(sizes.length === 3 ? [...sizes, 1] : sizes);
  const view = x.view();
  for (let i = 0; i < view.length; i++) view[i] = bytes ? numbers[i]! / 255 : numbers[i]!;
  return { x, y, classes: y.reduce((most, label) => Math.max(most, label + 1), 2) };
}

const rowOf = (at: number, sizes: number[]) => Math.floor((at * sizes[0]!) / product(sizes));
const product = (sizes: number[]) => sizes.reduce((all, size) => all * size, 1);

function refuse({ name }: File, why: string): never {
  throw new DamagedFile(`${name}: ${why}`);
}

function labelsOf(file: File): number[] {
  const { sizes, numbers } = idx(file);
  if (sizes.length !== 1) refuse(file, `labels are one number for each example, not (${sizes}).`);
  numbers.forEach((label, i) => {
    if (!(label >= 0 && label <= 999 && Number.isInteger(label)))
      refuse(file, `label ${i} is ${label}, not a whole number from 0 to 999.`);
  });
  return Array.from(numbers);
}

/** How numbers of each type are read, and their bytes. */
const types = {
  8: ['getUint8', 1],
  9: ['getInt8', 1],
  11: ['getInt16', 2],
  12: ['getInt32', 4],
  13: ['getFloat32', 4],
  14: ['getFloat64', 8],
} as const;

/** The array in a file, and whether its numbers were unsigned bytes, as pixels are. */
function idx(file: File): { sizes: number[]; numbers: Float32Array; bytes: boolean } {
  const view = new DataView(file.bytes.buffer, file.bytes.byteOffset, file.bytes.length);
  const length = view.byteLength;
  const type = length >= 4 && view.getUint16(0) === 0 ? view.getUint8(2) : 0;
  if (!(type in types)) {
    const first = Array.from(file.bytes.subarray(0, 4), (byte) =>
      byte.toString(16).padStart(2, '0'),
    );
    const begin = first.join(' ') || 'nothing';
    refuse(file, `not an IDX file: it begins with ${begin}, not 00 00 and a type of numbers.`);
  }
  const [read, width] = types[type as keyof typeof types];
  const axes = view.getUint8(3);
  const header = 4 + 4 * axes;
  if (length < header)
    refuse(file, `it ends at byte ${length}, within its header of ${header} bytes.`);
  if (axes > 6) refuse(file, `it has ${axes} axes; at most 6 can be read.`);
  const sizes = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  const count = product(sizes);
  if (axes === 0 || count === 0 || header + count * width !== length)
    refuse(
      file,
      `its header promises ${sizes.join('x')} numbers of ${width} byte(s), but ${length - header} ` +
        `bytes follow from byte ${header} on.`,
    );
  const numbers = new Float32Array(count);
  for (let i = 0; i < count; i++) numbers[i] = view[read](header + i * width);
  return { sizes, numbers, bytes: type === 8 };
}

async function read(source: FileSource, otherwise: string): Promise<File> {
  const isAddress = typeof source === 'string' || source instanceof URL;
  const named = source as { name?: string; url?: string };
  const name = isAddress ? String(source) : named.name || named.url || otherwise;
  let whole: Blob | Response;
  try {
    if (isAddress) whole = await fetch(source);
    else if (source instanceof Blob || source instanceof Response) whole = source;
    else whole = new Blob([source as Uint8Array<ArrayBuffer>]);
    if (whole instanceof Response && !whole.ok) throw new Error(`HTTP ${whole.status}`);
    const bytes = new Uint8Array(await whole.arrayBuffer());
    return { name, bytes: isGzip(bytes) ? await unpacked(bytes, name) : bytes };
  } catch (error) {
    if (error instanceof DamagedFile) throw error;
    throw new Error(`${name}: it cannot be read (${(error as Error).message}).`);
  }
}

class DamagedFile extends Error {}

const isGzip = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b;

async function unpacked(bytes: Uint8Array<ArrayBuffer>, name: string) {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  const reader = stream.getReader();
  for (;;) {
    const { value, done } = await reader.read().catch(() => {
      throw new DamagedFile(`${name}: its gzip data is damaged or cut off.`);
    });
    if (done) break;
    pieces.push(value);
    length += value.length;
    if (length > mostBytes) {
      void reader.cancel();
      throw new DamagedFile(`${name}: unpacked it is larger than ${mostBytes} bytes.`);
    }
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}
