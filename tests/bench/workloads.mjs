// Fixed workloads: every engine computes exactly these shapes on exactly these numbers.
// Layouts: pictures NHWC, convolution weights [kh][kw][in][out], dense weights [in][out]; an engine
// with another layout converts while it prepares, outside the timed part.

/** Uniform in [-1, 1) from a counter: the i-th number of a stream needs no other. */
function unit(i, stream) {
  let h = (Math.imul(i, 0x9e3779b1) ^ stream) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 31 - 1;
}
const fill = (n, stream, scale = 1) =>
  Float32Array.from({ length: n }, (_, i) => unit(i, stream) * scale);
/** Glorot and Bengio 2010, equation 16. */
const glorot = (fanIn, fanOut) => Math.sqrt(6 / (fanIn + fanOut));

// Multiply-adds of the digit network's forward pass, times two; training costs three times that,
// less the input gradient of the first layer.
const cnnForward = 2 * (26 * 26 * 32 * 9 + 11 * 11 * 64 * 9 * 32 + 1600 * 64 + 64 * 10);
const cnnTrain = 3 * cnnForward - 2 * 26 * 26 * 32 * 9;
const mlpTrain = 3 * 2 * (2 * 64 + 64 * 128 + 128 * 64 + 64 * 2) - 2 * 2 * 64;

// Name, size, channels in and out, kernel, padding.
const convolutions = [
  ['28x28x1-32', 28, 1, 32, 3, 0],
  ['13x13x32-64', 13, 32, 64, 3, 0],
  ['dw56x56x128', 56, 128, 128, 3, 1],
  ['1x1-56x56x64-128', 56, 64, 128, 1, 0],
].map(([name, size, from, to, kernel, padding]) => {
  const depthwise = name.startsWith('dw');
  const batch = 8;
  const out = size + 2 * padding - kernel + 1;
  const flop = 2 * batch * out ** 2 * kernel ** 2 * to * (depthwise ? 1 : from);
  return {
    id: `W2-${name}`,
    kind: 'conv',
    batch,
    size,
    from,
    to,
    kernel,
    padding,
    depthwise,
    flop,
  };
});
// How a step's time grows: `depth` layers of `width` units on a batch, one thing at a time.
const growing = [
  ...[64, 128, 256, 512].map((batch) => ({ what: 'batch', batch, width: 128, depth: 4 })),
  ...[64, 128, 256, 512].map((width) => ({ what: 'width', batch: 128, width, depth: 4 })),
  ...[2, 4, 8, 16].map((depth) => ({ what: 'depth', batch: 128, width: 128, depth })),
].map((given) => ({
  ...given,
  id: `growth-${given.what}-${given[given.what]}`,
  kind: 'deep',
  flop: 6 * given.batch * given.depth * given.width ** 2,
}));

export const workloads = [
  // C = A·B, both new each time, so that packing counts.
  ...[64, 256, 512, 1024].map((n) => ({ id: `W1-${n}`, kind: 'matmul', n, flop: 2 * n ** 3 })),
  // A convolution, forward.
  ...convolutions,
  // One Adam step of conv3×3×32, pool, conv3×3×64, pool, dense 64, dropout 0.3, dense 10.
  ...[128, 32].map((batch) => ({ id: `W3-b${batch}`, kind: 'cnn', batch, flop: batch * cnnTrain })),
  // MLP 2-64-128-64-2, ReLU, 800 points: one full-batch Adam step, or an epoch in batches of 32.
  { id: 'W4-full', kind: 'mlp', points: 800, batch: 800, flop: 800 * mlpTrain },
  { id: 'W4-mb32', kind: 'mlp', points: 800, batch: 32, flop: 800 * mlpTrain },
  // TensorFlow Playground's default: 2-4-2-1 tanh, ½(o-t)², SGD 0.03, an epoch of 25 batches of 10.
  { id: 'W5', kind: 'tiny', points: 250, batch: 10, lr: 0.03, flop: 250 * 3 * 2 * 18 },
  // The digit network's probabilities for one picture, read back.
  { id: 'W6', kind: 'infer', batch: 1, flop: cnnForward },
  ...growing,
];

/**
 * performance.md: what is wanted of the best of our rows in Chromium, one thread; and, because the
 * machine's speed drifts, the peer's figure on the day when that was decided, in the same unit.
 */
const tf = (then) => ({ peer: 'TF.js wasm', then });
export const targets = {
  'W1-64': { gflops: 50, ...tf(35) },
  'W1-256': { gflops: 60, ...tf(47) },
  'W1-512': { gflops: 60, ...tf(45) },
  'W1-1024': { gflops: 60, ...tf(45) },
  'W2-28x28x1-32': { gflops: 40, ...tf(25) },
  'W2-13x13x32-64': { gflops: 58, ...tf(46) },
  'W2-dw56x56x128': { gflops: 30, ...tf(17) },
  'W2-1x1-56x56x64-128': { gflops: 58, ...tf(44) },
  'W3-b128': { ms: 45, peer: 'ConvNetJS', then: 2164 },
  'W3-b32': { ms: 10, peer: 'ConvNetJS', then: 527 },
  'W4-full': { ms: 1.7, ...tf(15.1) },
  'W4-mb32': { ms: 3.3, ...tf(30.4) },
  W5: { ms: 0.06, peer: 'plain JS', then: 0.13 },
  W6: { ms: 0.095, ...tf(0.17) },
};

export function convData({ batch, size, from, to, kernel, depthwise }) {
  return {
    x: fill(batch * size * size * from, 21),
    w: fill(kernel * kernel * (depthwise ? from : from * to), 22, 0.1),
  };
}

export const matmulData = (n) => ({ a: fill(n * n, 11), b: fill(n * n, 12) });

export function cnnParameters() {
  return [
    { name: 'conv1', shape: [3, 3, 1, 32], values: fill(288, 31, glorot(9, 288)) },
    { name: 'conv2', shape: [3, 3, 32, 64], values: fill(18432, 32, glorot(288, 576)) },
    { name: 'dense1', shape: [1600, 64], values: fill(102400, 33, glorot(1600, 64)) },
    { name: 'dense2', shape: [64, 10], values: fill(640, 34, glorot(64, 10)) },
  ];
}
export function cnnData(batch) {
  const x = fill(batch * 784, 41).map((v) => v * 0.5 + 0.5);
  const labels = Int32Array.from({ length: batch }, (_, i) => (7 * i + 3) % 10);
  return { x, labels };
}

export const mlpSizes = { mlp: [2, 64, 128, 64, 2], tiny: [2, 4, 2, 1] };
export function denseParameters(kind) {
  const sizes = mlpSizes[kind];
  const stream = kind === 'mlp' ? 61 : 71;
  return sizes.slice(1).map((out, layer) => {
    const fanIn = sizes[layer];
    return { in: fanIn, out, values: fill(fanIn * out, stream + layer, glorot(fanIn, out)) };
  });
}
/** Points in the square; class 1 inside a circle. `targets` are the classes as -1 and 1. */
export function pointsData(n) {
  const x = fill(2 * n, 51);
  const inside = (i) => x[2 * i] ** 2 + x[2 * i + 1] ** 2 < 0.6;
  const labels = Int32Array.from({ length: n }, (_, i) => (inside(i) ? 1 : 0));
  return { x, labels, targets: Float32Array.from(labels, (label) => 2 * label - 1) };
}
export const oneHot = (labels, classes) => {
  const rows = new Float32Array(labels.length * classes);
  labels.forEach((label, i) => (rows[i * classes + label] = 1));
  return rows;
};
