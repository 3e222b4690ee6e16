// The JavaScript API of the engine, in Node, on the built module.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { headers, typesFile, typesOf } from './types.mjs';

const dist = pathToFileURL(resolve(import.meta.dirname, '../../web/dist')).href;
const { loadEngine } = await import(`${dist}/engine/engine.js`);
let grad;
before(async () => {
  grad = await loadEngine();
});

test('a gradient is the derivative', () => {
  const x = grad.tensor([3, -2], [2], { requiresGrad: true });
  grad.scope(() => grad.sum(grad.mul(x, x)).backward());
  assert.deepEqual([...x.grad()], [6, -4]); // d Σx² = 2x
  x.free();
});

test('linear regression finds slope and intercept', () => {
  const x = grad.tensor([-1, 0, 1, 2], [4, 1]);
  const y = grad.tensor([-1, 1, 3, 5], [4, 1]); // y = 2x + 1
  const w = grad.zeros([1, 1], { requiresGrad: true });
  const b = grad.zeros([1], { requiresGrad: true });
  const sgd = grad.SGD([w, b], { lr: 0.1, momentum: 0.5 });
  for (let step = 0; step < 300; step++)
    grad.scope(() => {
      const loss = grad.mseLoss(grad.linear(x, w, b), y);
      sgd.zeroGrad();
      loss.backward();
      sgd.step();
    });
  assert.ok(Math.abs(w.item() - 2) < 1e-4 && Math.abs(b.item() - 1) < 1e-4);
});

test('a scope frees what it made, keeps what it returns, and steps do not grow memory', () => {
  const x = grad.randn([64, 64], grad.generator(1));
  const before = grad.liveBytes();
  const kept = grad.scope(() => grad.relu(grad.matmul(x, x)));
  assert.deepEqual(kept.shape, [64, 64]);
  kept.free();
  for (let i = 0; i < 1000; i++) grad.scope(() => void grad.tanh(grad.matmul(x, x)));
  assert.equal(grad.liveBytes(), before);
});

test('an error in a scope is a sentence with the shapes, and nothing leaks', () => {
  const a = grad.zeros([2, 3]);
  const b = grad.zeros([4, 5]);
  const before = grad.liveBytes();
  assert.throws(() => grad.scope(() => grad.matmul(grad.relu(a), b)), /matmul.*\(2,3\).*\(4,5\)/);
  assert.equal(grad.liveBytes(), before);
});

test('bad input is refused in one sentence', () => {
  assert.throws(() => grad.tensor([1, 2, 3], [2]), /3 numbers do not fill shape \(2\)/);
  assert.throws(() => grad.zeros([1, 1, 1, 1, 1, 1, 1]), /more than 6 axes/);
  assert.throws(() => grad.zeros([-1]), /-1/);
  // 2^32 bytes, which an address of WebAssembly cannot count.
  const before = grad.liveBytes();
  assert.throws(
    () => grad.zeros([2 ** 15, 2 ** 15]),
    /out of memory: 4294967296 bytes asked for, \d+ in use, limit 2147483631$/,
  );
  // Below the limit, but more than there is once the first half is taken.
  const most = [2 ** 14, 2 ** 14];
  assert.throws(() => grad.scope(() => [0, 1, 2].map(() => grad.zeros(most))), /out of memory/);
  assert.equal(grad.liveBytes(), before);
  assert.equal(
    grad.scope(() => grad.sum(grad.full([100, 100], 2)).item()),
    20000,
  ); // still alive
  const logits = grad.zeros([2, 3], { requiresGrad: true });
  assert.throws(() => grad.crossEntropy(logits, [0, 7]), /7/);
  assert.throws(() => grad.zeros([2]).item(), /one element/);
});

test('same seed, same numbers', () => {
  const [a, b, c] = [7, 7, 8].map((seed) => grad.randn([8], grad.generator(seed)));
  assert.deepEqual(a.data(), b.data());
  assert.notDeepEqual(a.data(), c.data());
});

test('activations have the values of their formulas', () => {
  const numbers = [-2, -0.5, 0, 1.5];
  const sigmoid = (x) => 1 / (1 + Math.exp(-x));
  const total = Math.log(numbers.reduce((sum, x) => sum + Math.exp(x), 0));
  const formulas = {
    sign: Math.sign,
    silu: (x) => x * sigmoid(x),
    softplus: (x) => Math.log(1 + Math.exp(x)),
    logSoftmax: (x) => x - total,
  };
  const x = grad.tensor(numbers, [1, 4]);
  for (const [name, formula] of Object.entries(formulas)) {
    const y = grad.scope(() => [...grad[name](x).view()]);
    numbers.forEach((number, i) => assert.ok(Math.abs(y[i] - formula(number)) < 1e-6, name));
  }
  // The share of standard normal numbers below 1.5 is 0.9331928.
  assert.ok(Math.abs(grad.scope(() => grad.gelu(x).view()[3]) - 1.5 * 0.9331928) < 1e-6);
  x.free();
});

test('the types are those of the module', async () => {
  const written = readFileSync(typesFile, 'utf8');
  assert.equal(written, await typesOf(grad), 'run: node tests/engine/types.mjs');
});

test('every operation, layer, optimiser and schedule of the headers is offered', () => {
  const offered = new Set(grad.functions.map(({ name }) => name));
  const wanted = {
    'autograd/ops': /^(?:Tensor|Labels|double) (\w+)\(/gm,
    'nn/init': /^void (\w+)\(Tensor/gm,
    'nn/layers': /kind = "(\w+)"/g,
    'nn/recurrent': /kind = "(\w+)"/g,
    'nn/attention': /kind = "(\w+)"/g,
    'nn/module': /kind = "(\w+)"/g,
    'optim/optimizer': /^class (\w+) : public Optimizer|^\w+ (clip_\w+)\(/gm,
    'optim/schedule': /^(?:struct|class) (\w+LR\w*)/gm,
  };
  // Schedules that are functions of the step begin in lower case.
  const known = (name) => offered.has(name) || offered.has(name[0].toLowerCase() + name.slice(1));
  for (const { name, text } of headers) {
    if (!wanted[name]) continue;
    const names = [...text.matchAll(wanted[name])].map((match) => match[1] ?? match[2]);
    assert.ok(names.length > 1, name);
    assert.deepEqual(
      names.filter((each) => !each.startsWith('operator') && !known(each)),
      [],
    );
  }
});

test('defaults are those of the headers', () => {
  const all = headers.map(({ text }) => text).join('\n');
  const number = (text) => Number(eval(text.replace(/real\((.*)\)/, '$1').replace(/'/g, '')));
  let compared = 0;
  for (const { name, parameters } of grad.functions) {
    const declarations = [...all.matchAll(new RegExp(`^Tensor ${name}\\(([^;]*)\\);`, 'gm'))];
    for (const parameter of parameters.filter(({ fallback }) => typeof fallback === 'number')) {
      const snake = parameter.name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      const given = declarations
        .map(([, list]) => new RegExp(` ${snake} = ([^,]+?)(?:,|$)`, 's').exec(list)?.[1])
        .filter(Boolean);
      for (const text of given) {
        assert.equal(parameter.fallback, number(text), `${name} ${snake}`);
        compared++;
      }
    }
  }
  assert.ok(compared > 20, `${compared} defaults compared`);
});

test('the examples of the manual run and print what they say', async () => {
  const manual = readFileSync(resolve(import.meta.dirname, '../../web/engine/README.md'), 'utf8');
  const code = [...manual.matchAll(/```js\n(.*?)```/gs)].map((match) => match[1]).join('');
  const engine = JSON.stringify(`${dist}/engine/engine.js`);
  const script = code.replace("'./engine/engine.js'", engine);
  const printed = [];
  globalThis.printed = (...values) => printed.push(format(...values));
  const source = script.replaceAll('console.log(', 'globalThis.printed(');
  await import(`data:text/javascript,${encodeURIComponent(source)}`);
  const promised = [...code.matchAll(/console\.log.*\/\/ (.*)$/gm)].map((match) => match[1]);
  assert.ok(promised.length >= 6);
  assert.deepEqual(
    printed.filter((text) => !text.includes('\n')),
    promised,
  );
});

test('options come by name; what does not fit is refused with a sentence', () => {
  const x = grad.tensor([1, 2, 3, 4], [2, 2]);
  const sums = (options) => grad.scope(() => [...grad.sum(x, options).view()]);
  assert.deepEqual(sums(), [10]);
  assert.deepEqual(sums({ axes: 0 }), [4, 6]);
  assert.deepEqual(
    grad.scope(() => grad.sum(x, { axes: [-1], keepdim: true }).shape),
    [2, 1],
  );
  assert.throws(() => grad.sum(x, { axis: 0 }), /\[sum\] has no option axis \(but axes, keepdim\)/);
  assert.throws(() => grad.sum(x, 0), /\[sum\] after what it needs comes an object/);
  assert.throws(() => grad.relu([1, 2]), /\[relu\] x must be a Tensor, not an object/);
  assert.throws(() => grad.relu(), /\[relu\] x must be a Tensor, not undefined/);
  assert.throws(() => grad.linear(x, grad.ReLU()), /\[linear\] w must be a Tensor, not a Layer/);
  assert.throws(() => grad.reshape(x, [2, 1.5]), /whole number/);
  assert.throws(() => grad.maxPool2d(x, 0.5), /\[max_pool2d\] size must be a whole number/);
  assert.throws(() => grad.indexSelect(x, 0, ['a']), /index must be a list of numbers/);
  const gone = grad.relu(x);
  gone.free();
  assert.throws(() => grad.relu(gone), /\[relu\] x was freed before/);
  assert.throws(() => gone.data(), /no such handle/);
  x.free();
});

test('every kind of argument and result passes', () => {
  grad.scope(() => {
    const x = grad.tensor([3, 1, 2, 6, 5, 4], [2, 3]);
    assert.deepEqual(grad.argmax(x), [0, 0]);
    assert.deepEqual([...grad.concat([x, x], { axis: 1 }).shape], [2, 6]);
    assert.deepEqual([...grad.gather(x, 1, Int32Array.of(2, 0), [2, 1]).view()], [2, 6]);
    assert.deepEqual([...grad.pad(x, [1, 0], { value: 9 }).view().slice(0, 4)], [9, 3, 1, 2]);
    assert.deepEqual([...grad.add(x, 1).view().slice(0, 2)], [4, 2]);
    assert.equal(grad.accuracy(x, [0, 2]), 0.5);
    const lstm = grad.LSTM(3, 4, grad.generator(1));
    const zero = grad.zeros([2, 4]);
    const [h, c] = grad.recurrentStep(lstm, x, [zero, zero]);
    assert.deepEqual(
      [h.shape, c.shape],
      [
        [2, 4],
        [2, 4],
      ],
    );
    const whole = lstm.forward(grad.reshape(x, [2, 1, 3]));
    assert.deepEqual(whole.data(), h.data());
    assert.deepEqual(Object.keys(lstm.parameters()).sort(), [
      'bias_hh',
      'bias_ih',
      'weight_hh',
      'weight_ih',
    ]);
    // More arguments than the frame has room for at first.
    const order = grad.permutation(5000, grad.generator(3));
    assert.equal(new Set(order).size, 5000);
    assert.equal(
      grad.oneHot(
        order.map((i) => i % 7),
        7,
      ).shape[0],
      5000,
    );
  });
});

test('modes, running statistics and copies', () => {
  grad.scope(() => {
    const random = grad.generator(5);
    const norm = grad.Sequential([grad.BatchNorm(2), grad.Dropout(0.5, random)]);
    assert.ok(norm.training);
    const x = grad.tensor([1, 2, 3, 4], [2, 2]);
    norm.forward(x);
    const state = norm.state();
    assert.deepEqual(Object.keys(state), ['0.weight', '0.bias', '0.running_mean', '0.running_var']);
    assert.ok(Math.abs(state['0.running_mean'][0] - 0.2) < 1e-6); // 0.1 of the mean 2
    norm.eval();
    assert.ok(!norm.training);
    assert.deepEqual(norm.forward(x).data(), norm.forward(x).data());
    const copy = norm.clone();
    copy.parameters()['0.weight'].view().fill(7);
    assert.deepEqual([...norm.state()['0.weight']], [1, 1]);
    assert.throws(() => norm.load({}), /\[load\] the state has no 0.weight/);
    assert.throws(() => norm.load({ ...state, more: [] }), /\[load\] the model has no more/);
    assert.throws(() => norm.load({ ...state, '0.bias': [1] }), /0.bias has 2 numbers, not 1/);
  });
});

test('safetensors files carry a state; damaged ones are refused and change nothing', () => {
  grad.scope(() => {
    const random = grad.generator(6);
    const make = () => grad.Sequential([grad.Linear(3, 2, random), grad.BatchNorm(2)]);
    const [model, other] = [make(), make()];
    const file = model.toSafetensors();
    const length = Number(new DataView(file.buffer).getBigUint64(0, true));
    assert.equal(length % 8, 0);
    const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
    assert.deepEqual(header['0.weight'], { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] });
    other.fromSafetensors(file);
    assert.deepEqual(other.state(), model.state());

    const kept = other.state();
    for (const size of [0, 7, 8, 20, 8 + length, file.length - 1])
      assert.throws(
        () => other.fromSafetensors(file.slice(0, size)),
        /^Error: \[(safetensors|load)\] /,
      );
    const withHeader = (text) => {
      const bytes = new TextEncoder().encode(text);
      const damaged = new Uint8Array(8 + bytes.length);
      new DataView(damaged.buffer).setBigUint64(0, BigInt(bytes.length), true);
      damaged.set(bytes, 8);
      return damaged;
    };
    for (const [text, message] of [
      ['[1]', /not a JSON object/],
      ['{', /not a JSON object/],
      ['{"a": null}', /a is damaged|a holds/],
      ['{"a": {"dtype": "F16"}}', /a holds F16, not F32/],
      ['{"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}', /a is damaged/],
      ['{"a": {"dtype": "F32", "shape": [1e9], "data_offsets": [0, 4e9]}}', /does not fit/],
      ['{"a": {"dtype": "F32", "shape": [2], "data_offsets": [4, 0]}}', /does not fit/],
      ['{}', /\[load\] the state has no 0.weight/],
    ])
      assert.throws(() => other.fromSafetensors(withHeader(text)), message, text);
    assert.throws(() => other.fromSafetensors(new Uint8Array(8).fill(255)), /ends before/);
    assert.deepEqual(other.state(), kept);
  });
});

/** Points and whether they are above a line; the engine's own numbers. */
function points(n, random) {
  const x = grad.rand([n, 2], random, { low: -1 });
  const y = Array.from({ length: n }, (_, i) => Number(x.view()[2 * i] > x.view()[2 * i + 1]));
  return { x, y };
}

test('fit trains, reports, follows its schedule and ends early; the same seed gives the same bits', async () => {
  const train = async (options) => {
    const random = grad.generator(11);
    const model = grad.mlp([2, 8, 2], grad.Tanh(), random);
    const data = points(64, random);
    const optimizer = grad.Adam(model, { lr: 0.02 });
    const result = await grad.fit(model, data, { optimizer, generator: random, ...options });
    return { ...result, state: model.state(), rate: optimizer.lr };
  };
  const steps = [];
  const first = await train({ epochs: 30, batchSize: 20, onStep: (step) => void steps.push(step) });
  assert.equal(first.steps, 30 * 4);
  assert.deepEqual(steps.at(-1).step, 119);
  assert.ok(first.epochs.at(-1).accuracy > 0.9);
  assert.ok(first.epochs.at(-1).loss < first.epochs[0].loss);
  assert.deepEqual((await train({ epochs: 30, batchSize: 20, slice: 0 })).state, first.state);

  const stopped = await train({ batchSize: 16, onStep: async ({ step }) => step < 2 });
  assert.deepEqual([stopped.steps, stopped.stopped, stopped.epochs.length], [3, true, 0]);
  const ended = await train({
    onEpoch: ({ epoch }) => epoch < 1,
    schedule: (step) => grad.stepLR(step, 0.5, 2, { gamma: 0.5 }),
    clipNorm: 1,
  });
  assert.deepEqual([ended.epochs.length, ended.stopped, ended.rate], [2, true, 0.25]);
});

test('what the module does in one call is what a loop by hand does, to the bit', async () => {
  const random = grad.generator(21);
  const { x, y } = points(50, random);
  const targets = grad.tensor(y, [50, 1]);
  for (const [outputs, data, loss] of [
    [2, { x, y }, (output, labels) => grad.crossEntropy(output, labels)],
    [1, { x, y: targets }, (output, wanted) => grad.mseLoss(output, wanted)],
  ]) {
    const train = async (work) => {
      const own = grad.generator(5);
      const model = grad.mlp([2, 8, outputs], grad.Tanh(), own);
      const optimizer = grad.Adam(model, { lr: 0.02 });
      const result = await work(model, { optimizer, batchSize: 8, generator: own, clipNorm: 0.5 });
      return { result, state: model.state() };
    };
    const sum = async (model, options) => {
      const epochs = [];
      for (let epoch = 0; epoch < 3; epoch++) epochs.push(grad.trainEpoch(model, data, options));
      return epochs;
    };
    const fitted = (more) => async (model, options) => {
      const { epochs } = await grad.fit(model, data, { ...options, epochs: 3, ...more });
      return epochs.map(({ epoch, ...rest }) => rest);
    };
    const first = await train(sum);
    assert.deepEqual(Object.keys(first.result[0]), outputs === 2 ? ['loss', 'accuracy'] : ['loss']);
    assert.deepEqual(await train(fitted({})), first);
    assert.deepEqual(await train(fitted({ onStep: () => true })), first);
    assert.deepEqual(await train(fitted({ loss })), first); // a loss of our own: no longer one call
    assert.deepEqual(
      grad.evaluate(grad.mlp([2, outputs], grad.ReLU(), grad.generator(3)), data),
      grad.evaluate(grad.mlp([2, outputs], grad.ReLU(), grad.generator(3)), data, { loss }),
    );
  }
  const model = grad.Linear(2, 1, random);
  const optimizer = grad.SGD(model, { lr: 1e30 });
  const epoch = () => grad.trainEpoch(model, { x, y: targets }, { optimizer, batchSize: 5 });
  assert.throws(epoch, /^Error: \[trainEpoch\] the loss is (NaN|Infinity) at step [12]$/);
  const twice = { optimizer, batchSize: 0.5 };
  assert.throws(() => grad.trainEpoch(model, { x, y: targets }, twice), /\[trainEpoch\] batchSize/);
  assert.throws(
    () => grad.trainEpoch((input) => model.forward(input), { x, y }, { optimizer, clipNorm: 1 }),
    /\[trainEpoch\] clipNorm needs a model that is a layer/,
  );
});

test('fit leaves nothing behind, even when it fails', async () => {
  const model = grad.Linear(2, 1, grad.generator(1));
  const x = grad.full([10, 2], 1);
  const y = grad.full([10, 1], 3);
  const optimizer = grad.SGD(model, { lr: 0.1 });
  const evaluated = [];
  const options = { optimizer, batchSize: 4, validation: { x, y } };
  const before = [grad.liveHandles(), grad.liveBytes()];
  await grad.fit(model, { x, y }, { ...options, onEpoch: (epoch) => void evaluated.push(epoch) });
  assert.ok(evaluated.at(-1).validation.loss < 1e-3);
  optimizer.lr = 1e30;
  y.view().fill(-3);
  await assert.rejects(
    grad.fit(model, { x, y }, options),
    /\[fit\] the loss is (NaN|Infinity) at step/,
  );
  await assert.rejects(grad.fit(model, { x, y: [0] }, options), /10 examples with 1 targets/);
  await assert.rejects(grad.fit(model, { x, y }, { ...options, batchSize: 0 }), /batchSize/);
  optimizer.zeroGrad(); // gradients exist since the first step
  assert.equal(grad.liveHandles(), before[0]);
});

/** A file of IDX: bytes in an array of those sizes. */
const idx = (sizes, bytes) =>
  Uint8Array.from([
    0,
    0,
    8,
    sizes.length,
    ...sizes.flatMap((n) => [0, 0, n >> 8, n & 255]),
    ...bytes,
  ]);

test('files of pictures and labels are read, gzipped or not', async () => {
  const pictures = idx([3, 2, 2], [0, 51, 102, 153, 204, 255, 0, 0, 0, 0, 0, 255]);
  const labels = idx([3], [4, 0, 7]);
  const zipped = (bytes) => new File([gzipSync(bytes)], 'some.gz');
  const before = grad.liveHandles();
  const sources = [
    [pictures, labels],
    [zipped(pictures), new Blob([labels])],
    [new Response(gzipSync(pictures)), labels.buffer],
  ];
  for (const [x, y] of sources) {
    const set = await grad.loadDataset(x, y);
    assert.deepEqual(set.x.shape, [3, 2, 2, 1]);
    const expected = [0, 0.2, 0.4, 0.6, 0.8, 1, 0, 0, 0, 0, 0, 1].map(Math.fround);
    assert.deepEqual([...set.x.data()], expected);
    assert.deepEqual(set.y, [4, 0, 7]);
    assert.equal(set.classes, 8);
    assert.equal(grad.liveHandles(), before + 1);
    set.x.free();
  }
});

test('numbers of every type are read from files', async () => {
  const types = {
    9: 'setInt8',
    11: 'setInt16',
    12: 'setInt32',
    13: 'setFloat32',
    14: 'setFloat64',
  };
  const widths = { 9: 1, 11: 2, 12: 4, 13: 4, 14: 8 };
  for (const [type, set] of Object.entries(types)) {
    const file = new Uint8Array(12 + 2 * widths[type]);
    file.set([0, 0, type, 2, 0, 0, 0, 2, 0, 0, 0, 1]);
    const view = new DataView(file.buffer);
    [-3, 100].forEach((number, i) => view[set](12 + i * widths[type], number));
    const { x } = await grad.loadDataset(file, idx([2], [0, 1]));
    assert.deepEqual([...x.data()], [-3, 100], set);
    x.free();
  }
});

test('files that are damaged or do not fit are named in one sentence, and nothing is kept', async () => {
  const pictures = idx([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
  const labels = idx([2], [0, 1]);
  const zip = gzipSync(pictures);
  const flipped = zip.map((byte, i) => (i === zip.length - 5 ? byte ^ 1 : byte)); // its checksum
  const bad = (bytes) => new File([bytes], 'bad.gz');
  const before = [grad.liveHandles(), grad.liveBytes()];
  const damaged = /^bad\.gz: its gzip data is damaged or cut off\.$/;
  const cases = [
    [bad(zip.subarray(0, zip.length - 9)), labels, damaged],
    [bad(flipped), labels, damaged],
    [bad(Buffer.concat([zip, Buffer.from('more')])), labels, damaged],
    [bad([Uint8Array.from([1, 2, 3, 4])]), labels, /^bad\.gz: not an IDX file: it begins with /],
    [bad(new Uint8Array()), labels, /^bad\.gz: not an IDX file: it begins with nothing/],
    [bad(pictures.subarray(0, 20)), labels, /^bad\.gz: its header promises 2x2x2 numbers/],
    [
      pictures,
      bad(idx([3], [0, 1, 2])),
      /^bad\.gz: it has 3 labels for the 2 examples of the file of examples\.$/,
    ],
    [pictures, bad(pictures), /^bad\.gz: labels are one number for each example, not \(2,2,2\)\.$/],
    [
      bad(labels),
      labels,
      /^bad\.gz: examples need at least two axes, not \(2\); are these the labels\?$/,
    ],
    [
      pictures,
      new Response('', { status: 404 }),
      /^the file of labels: it cannot be read \(HTTP 404\)\.$/,
    ],
  ];
  for (const [x, y, sentence] of cases)
    await assert.rejects(grad.loadDataset(x, y), (error) => {
      assert.match(error.message, sentence);
      return true;
    });
  assert.deepEqual([grad.liveHandles(), grad.liveBytes()], before);
});

test('fit ends early and gives back the best weights', async () => {
  const random = grad.generator(21);
  const model = grad.mlp([2, 8, 2], grad.Tanh(), random);
  const [data, validation] = [points(32, random), points(32, random)];
  const losses = [];
  const states = [];
  const options = {
    optimizer: grad.SGD(model, { lr: 0.5 }),
    validation,
    epochs: 40,
    patience: 3,
    minDelta: 0.02,
    onEpoch: ({ validation: { loss } }) => {
      losses.push(loss);
      states.push(model.state());
    },
  };
  const result = await grad.fit(model, data, options);
  // By the definition, from the losses alone.
  let best = 0;
  let end = 1;
  for (; end < losses.length && end - best <= 3; end++)
    if (losses[end] < losses[best] - 0.02) best = end;
  assert.ok(losses.length < 40 && best > 0, `${losses}`);
  assert.deepEqual([result.best, result.epochs.length], [best, best + 4]);
  assert.ok(!result.stopped);
  assert.deepEqual(model.state(), states[best]);
  await assert.rejects(
    grad.fit((x) => model.forward(x), data, options),
    /\[fit\] patience needs a model that is a layer/,
  );
});

test('a snapshot restores a run to the same bits', async () => {
  const make = (seed) => {
    const random = grad.generator(seed);
    const layers = [grad.Linear(2, 8, random), grad.BatchNorm(8), grad.Dropout(0.2, random)];
    const model = grad.Sequential([...layers, grad.Linear(8, 2, random)]);
    return [model, grad.AdamW(model, { lr: 0.01 }), random];
  };
  const data = points(40, grad.generator(3));
  const train = async ([model, optimizer, generator]) => {
    await grad.fit(model, data, { optimizer, generator, epochs: 2, batchSize: 7 });
    return model.state();
  };
  const first = make(1);
  await train(first);
  const file = grad.snapshot(...first);
  const after = await train(first);
  const second = make(2); // of the same structure
  const before = [grad.liveHandles(), grad.liveBytes()];
  grad.restore(file, ...second);
  assert.deepEqual(before, [grad.liveHandles(), grad.liveBytes()]);
  assert.deepEqual(grad.snapshot(...second), file);
  assert.deepEqual(await train(second), after);

  const [model, , generator] = first;
  const kept = grad.snapshot(...second);
  const other = [model, grad.SGD(model), generator];
  assert.throws(() => grad.restore(file, ...other), /\[restore\] the snapshot has no optimizer/);
  for (const size of [0, 8, 100, file.length - 1])
    assert.throws(() => grad.restore(file.slice(0, size), ...second), /\[safetensors\]/);
  // A text that is no number, in as many bytes.
  const damaged = Buffer.from(file);
  const at = damaged.indexOf('"generator":"') + '"generator":"'.length;
  damaged[at] = 'x'.charCodeAt();
  assert.throws(() => grad.restore(damaged, ...second), /\[restore\] generator is not a number/);
  assert.deepEqual(grad.snapshot(...second), kept);
});

test('a model can be written as ONNX', async () => {
  const url = `${dist}/wasm/engine-onnx-simd.mjs`;
  const exporting = await loadEngine({ url });
  const random = exporting.generator(4);
  const model = exporting.Sequential([exporting.Linear(3, 2, random), exporting.Tanh()]);
  const file = Buffer.from(model.toOnnx([1, 3]));
  const words = ['gradschool', 'MatMul', 'Add', 'Tanh', 'Identity'];
  const places = words.map((word) => file.indexOf(word));
  assert.deepEqual(
    places.toSorted((a, b) => a - b),
    places,
  );
  assert.ok(places[0] > 0);
  const weight = model.state()['0.weight']; // (out,in); in the file (in,out)
  const turned = Float32Array.of(...[0, 3, 1, 4, 2, 5].map((i) => weight[i]));
  assert.ok(file.indexOf(Buffer.from(turned.buffer)) > 0);
  assert.throws(
    () => model.toOnnx([1, 4]),
    /^Error: \[onnx\] layer 0 \(Linear\): .*\(1,4\) does not fit weight \(2,3\)/,
  );
  assert.throws(() => grad.ReLU().toOnnx([1, 3]), /\[toOnnx\] needs the module engine-onnx-simd/);
});

test('the engine is small: module and scripts by Brotli', () => {
  const scripts = ['engine', 'fit', 'files', 'safetensors', 'snapshot'];
  const packed = (file) => brotliCompressSync(readFileSync(new URL(`${dist}/${file}`))).length;
  for (const [module, most] of [
    ['engine-simd', 120_000],
    ['engine-onnx-simd', 130_000],
  ]) {
    const files = [`wasm/${module}.wasm`, `wasm/${module}.mjs`];
    const bytes = files.concat(scripts.map((name) => `engine/${name}.js`)).map(packed);
    const total = bytes.reduce((sum, n) => sum + n, 0);
    assert.ok(total <= most, `${module}: ${total} bytes: ${bytes}`);
  }
});
