// The JavaScript API of the engine, in Node, on the built module.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';

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
  const sgd = grad.sgd([w, b], { lr: 0.1, momentum: 0.5 });
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
  const x = grad.randn([64, 64], 1);
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
  assert.throws(() => grad.zeros([1, 1, 1, 1, 1, 1, 1]), /at most 6 axes/);
  assert.throws(() => grad.zeros([-1]), /-1/);
  // 2^32 bytes, which an address of WebAssembly cannot count.
  assert.throws(() => grad.zeros([2 ** 15, 2 ** 15]), /out of memory: 4294967296 bytes/);
  const logits = grad.zeros([2, 3], { requiresGrad: true });
  assert.throws(() => grad.crossEntropy(logits, grad.labels([0, 7])), /7/);
  assert.throws(() => grad.zeros([2]).item(), /one element/);
});

test('same seed, same numbers', () => {
  const [a, b, c] = [grad.randn([8], 7), grad.randn([8], 7), grad.randn([8], 8)];
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
