// The safetensors format: eight bytes with the length of a JSON header, the header, the numbers.

/** Numbers with their shapes, by name. */
export type NamedArrays = Record<string, { shape: number[]; data: Float32Array }>;

export interface Safetensors {
  arrays: NamedArrays;
  /** Texts by name. */
  metadata?: Record<string, string>;
}

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

const texts = '__metadata__';
const refuse = (why: string): never => {
  throw new Error(`[safetensors] ${why}`);
};

/** A file of 32-bit floats, in the order of the names. */
export function writeSafetensors({ arrays, metadata }: Safetensors): Uint8Array {
  const header: Record<string, Entry> = {};
  let end = 0;
  for (const [name, { shape, data }] of Object.entries(arrays)) {
    header[name] = { dtype: 'F32', shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const json = new TextEncoder().encode(
    JSON.stringify({ ...(metadata && { [texts]: metadata }), ...header }),
  );
  // Filled up with spaces, so that the numbers begin at a multiple of eight.
  const text = new Uint8Array((json.length + 7) & ~7).fill(32);
  text.set(json);
  const file = new Uint8Array(8 + text.length + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  for (const [name, { data }] of Object.entries(arrays)) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    file.set(bytes, 8 + text.length + header[name]!.data_offsets[0]);
  }
  return file;
}

/** Throws one sentence for a file that is damaged or holds other numbers than 32-bit floats. */
export function readSafetensors(file: Uint8Array): Required<Safetensors> {
  if (file.length < 8) refuse('the file ends before its header');
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const begin = 8 + Number(view.getBigUint64(0, true));
  if (begin > file.length) refuse('the file ends before its header');
  const header = parse(file.subarray(8, begin));
  const arrays: NamedArrays = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === texts) continue;
    const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Partial<Entry>;
    if (dtype !== 'F32') refuse(`${name} holds ${String(dtype)}, not F32`);
    if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2)
      return refuse(`the header's entry for ${name} is damaged`);
    const [from, to] = offsets as [number, number];
    const size = shape.reduce((product, n) => product * n, 4);
    if (to - from !== size || begin + to > file.length)
      refuse(`${name} of shape (${shape}) does not fit into the file`);
    arrays[name] = { shape, data: new Float32Array(file.slice(begin + from, begin + to).buffer) };
  }
  const metadata = header[texts] ?? {};
  if (!isTexts(metadata)) refuse('the metadata are not texts');
  return { arrays, metadata: metadata as Record<string, string> };
}

function parse(bytes: Uint8Array): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof header === 'object' && header !== null && !Array.isArray(header))
      return header as Record<string, unknown>;
  } catch {
    // Said below.
  }
  return refuse('the header is not a JSON object');
}

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);

const isTexts = (value: unknown): boolean =>
  typeof value === 'object' && Object.values(value!).every((text) => typeof text === 'string');
