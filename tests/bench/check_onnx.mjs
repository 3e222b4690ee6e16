// Compares models written as ONNX with the engine's own results; run by hand.
//
//   build/native/export_models FOLDER && node tests/bench/check_onnx.mjs FOLDER
//
// Runs each FOLDER/NAME.onnx in ONNX Runtime's WebAssembly build on the input in NAME.values and
// compares with the output there; exit code 1 if one differs. Lies here because the peers do.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web/wasm';

ort.env.wasm.numThreads = 1;

/** The float32 tensors of a safetensors file. */
function readSafetensors(path) {
  const bytes = Buffer.from(Uint8Array.from(readFileSync(path)).buffer); // alone in its memory
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + length));
  const tensors = {};
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(header)) {
    if (dtype !== 'F32') throw new Error(`${path}: ${name} is ${dtype}`);
    const [begin, end] = data_offsets.map((offset) => 8 + length + offset);
    tensors[name] = new ort.Tensor(
      'float32',
      new Float32Array(bytes.buffer.slice(begin, end)),
      shape,
    );
  }
  return tensors;
}

const folder = process.argv[2];
let worst = 0;
for (const file of readdirSync(folder).filter((name) => name.endsWith('.onnx'))) {
  const { x, y } = readSafetensors(join(folder, file.replace('.onnx', '.values')));
  const session = await ort.InferenceSession.create(readFileSync(join(folder, file)));
  const theirs = (await session.run({ x })).y;
  if (String(theirs.dims) !== String(y.dims)) throw new Error(`${file}: ${theirs.dims}, ${y.dims}`);
  const largest = Math.max(...y.data.map(Math.abs));
  const error = Math.max(...theirs.data.map((value, i) => Math.abs(value - y.data[i]))) / largest;
  worst = Math.max(worst, error);
  console.log(`${file.padEnd(18)} largest relative difference ${error.toExponential(1)}`);
}
process.exitCode = worst < 1e-5 ? 0 : 1;
