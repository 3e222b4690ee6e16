// The JavaScript API in a page and in a worker: both train the network that Node trains, to the bit, and
// the page goes on answering meanwhile.

import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { startBrowser } from './harness.mjs';

const dist = resolve(import.meta.dirname, '../../web/dist');

/** train.js: the same for all three. */
const script = `
  export async function train(engine, options = {}, slice = 0) {
    const { loadEngine } = await import(engine);
    const grad = await loadEngine(options);
    const random = grad.generator(3);
    const model = grad.Sequential([
      grad.Conv2d(1, 4, 3, random), grad.ReLU(), grad.MaxPool2d(2),
      grad.Flatten(), grad.Dropout(0.1, random), grad.Linear(36, 2, random),
    ]);
    const x = grad.randn([64, 8, 8, 1], random);
    const y = Array.from({ length: 64 }, (_, i) => Number(x.view()[64 * i + 27] > 0));
    const optimizer = grad.Adam(model, { lr: 0.03 });
    const before = grad.liveHandles();
    const { epochs } = await grad.fit(model, { x, y }, { optimizer, generator: random, epochs: 20, slice });
    const numbers = Object.values(model.state()).flatMap((values) => Array.from(values));
    return { numbers, loss: epochs.map((epoch) => epoch.loss), leaked: grad.liveHandles() - before };
  }`;
const worker = `
  import { train } from './train.js';
  onmessage = async ({ data }) => postMessage(await train(...data));
  postMessage('ready');`;
const html = '<!doctype html><link rel="icon" href="data:,"><title>Engine</title>';

let folder, site, wanted;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gradschool-'));
  await cp(join(dist, 'engine'), join(folder, 'engine'), { recursive: true });
  await mkdir(join(folder, 'wasm'));
  for (const kind of ['simd', 'fast'])
    for (const end of ['mjs', 'wasm'])
      await cp(
        join(dist, `wasm/engine-${kind}.${end}`),
        join(folder, `wasm/engine-${kind}.${end}`),
      );
  const files = { 'train.js': script, 'worker.js': worker, 'index.html': html };
  files['package.json'] = '{ "type": "module" }';
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const { train } = await import(pathToFileURL(join(folder, 'train.js')).href);
  wanted = await train(pathToFileURL(join(folder, 'engine/engine.js')).href);
  assert.ok(wanted.loss.at(-1) < wanted.loss[0] / 2, String(wanted.loss));
  assert.equal(wanted.leaked, 0);
  site = await startBrowser({ folder });
});
after(async () => {
  await site?.close();
  await rm(folder, { recursive: true });
});

test('a page trains the bits of Node, and its timers run meanwhile', async (t) => {
  const page = await site.visit(t, 'index.html');
  const { result, ticks } = await page.evaluate(async () => {
    const { train } = await import('/train.js');
    let ticks = 0;
    const timer = setInterval(() => ticks++, 0);
    const result = await train('/engine/engine.js');
    clearInterval(timer);
    return { result, ticks };
  });
  assert.deepEqual(result, wanted);
  assert.ok(ticks > 3, `${ticks} turns of the page`);
});

test('a page reads gzipped pictures that a reader chose, and says which file is damaged', async (t) => {
  const page = await site.visit(t, 'index.html');
  await page.setContent('<input id="pictures" type="file" /><input id="labels" type="file" />');
  const choose = (id, name, bytes) =>
    page.setInputFiles(id, { name, mimeType: 'application/gzip', buffer: gzipSync(bytes) });
  const pictures = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 255, 51, 0];
  await choose('#pictures', 'pictures.gz', Buffer.from(pictures));
  await choose('#labels', 'labels.gz', Buffer.from([0, 0, 8, 1, 0, 0, 0, 2, 3, 0]));
  const { shape, numbers, y, sentence } = await page.evaluate(async () => {
    const { loadEngine } = await import('/engine/engine.js');
    const grad = await loadEngine();
    const [pictures, labels] = ['pictures', 'labels'].map(
      (id) => document.getElementById(id).files[0],
    );
    const set = await grad.loadDataset(pictures, labels);
    const half = new File([pictures.slice(0, pictures.size / 2)], 'half.gz');
    const sentence = await grad.loadDataset(half, labels).catch(({ message }) => message);
    return { shape: set.x.shape, numbers: Array.from(set.x.data()), y: set.y, sentence };
  });
  assert.deepEqual(shape, [2, 1, 2, 1]);
  assert.deepEqual(numbers, [0, 1, Math.fround(0.2), 0]);
  assert.deepEqual(y, [3, 0]);
  assert.equal(sentence, 'half.gz: its gzip data is damaged or cut off.');
});

/** What a worker's run gives. */
const inWorker = (page, ...values) =>
  page.evaluate(
    (data) =>
      new Promise((done, failed) => {
        const worker = new Worker('/worker.js', { type: 'module' });
        worker.onerror = ({ message }) => failed(new Error(message));
        worker.onmessage = ({ data: answer }) =>
          answer === 'ready' ? worker.postMessage(data) : done(answer);
      }),
    values,
  );

test('a worker trains the bits of Node', async (t) => {
  const page = await site.visit(t, 'index.html');
  assert.deepEqual(await inWorker(page, '/engine/engine.js'), wanted);
});

test('the fast kernels with two threads come close in a worker', async (t) => {
  const page = await site.visit(t, 'index.html');
  const options = { url: '/wasm/engine-fast.mjs', fast: true, threads: 2 };
  const { loss, leaked } = await inWorker(page, '/engine/engine.js', options);
  assert.equal(leaked, 0);
  assert.ok(Math.abs(loss.at(-1) - wanted.loss.at(-1)) < 0.1, String(loss));
});
