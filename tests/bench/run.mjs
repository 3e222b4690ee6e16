// Runs our engine and its peers on the fixed workloads, in Node and in Chromium, in one run: each case
// is prepared by every engine, then measured in turn for several rounds, so that other work on the
// machine hits all alike. Prints a table with ratios for each case, the table of targets, how a step
// grows, memory and bytes, and writes all rows to build/bench.json.
//   node tests/bench/run.mjs [--cases=W3,W4] [--engines=gradschool,plain] [--rounds=7] [--keep]
// --keep puts what is printed, and where it was measured, into README.md beside this file.
import { execFile, execFileSync, fork } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompressSync } from 'node:zlib';
import { launchChromium } from '../browser/harness.mjs';
import { serveFolders } from './server.mjs';
import { targets, workloads } from './workloads.mjs';

const here = import.meta.dirname;
const root = resolve(here, '../..');
const dist = join(root, 'web/dist');
const options = Object.fromEntries(
  process.argv.slice(2).map((word) => word.replace(/^--/, '').split('=')),
);
const wanted = (list, name) => !list || list.split(',').some((part) => name.includes(part));
const rounds = Number(options.rounds ?? 7);
const targetMs = 120;
const file = (...parts) => pathToFileURL(join(...parts)).href;

const printed = [];
function print(text) {
  printed.push(text);
  console.log(text);
}

const server = await serveFolders({
  '/dist/': dist,
  '/peers/': join(here, 'node_modules'),
  '/': here,
});
const browser = await launchChromium();

/** Each engine in each host: the file that adapts it and what that file's create() takes. */
const engines = [
  ours('gradschool', 'simd', false, 1),
  ours('gradschool fast class', 'fast', true, 1),
  ours('gradschool fast class, 2 threads', 'fast', true, 2),
  {
    name: 'TF.js wasm',
    adapter: 'tfjs',
    node: {},
    page: {
      scripts: [
        '@tensorflow/tfjs/dist/tf.min.js',
        '@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.min.js',
      ].map((path) => `${server.url}/peers/${path}`),
    },
  },
  {
    name: 'ConvNetJS',
    adapter: 'convnetjs',
    node: {},
    page: { script: `${server.url}/peers/convnetjs/build/convnet-min.js` },
  },
  { name: 'plain JS', adapter: 'plain', node: {}, page: {} },
];
function ours(name, build, fast, threads) {
  const place = (base) => ({
    api: `${base}/engine/engine.js`,
    module: `${base}/wasm/engine-${build}.mjs`,
    fast,
    threads,
  });
  // The threaded module is made for pages and workers; Node runs the plain one.
  return {
    name,
    adapter: 'gradschool',
    threads,
    page: place(`${server.url}/dist`),
    node: build === 'simd' ? place(file(dist)) : undefined,
  };
}

async function startInNode({ adapter, node }) {
  const child = fork(join(here, 'node_host.mjs'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let last = 0;
  const waiting = new Map();
  child.on('message', ({ id, result }) => waiting.get(id)(result));
  const command = (name, ...values) =>
    new Promise((done) => {
      waiting.set(++last, done);
      child.send({ id: last, command: name, values });
    });
  await command('start', file(here, `engines/${adapter}.mjs`), node);
  return { command, stop: () => child.disconnect() };
}
async function startInPage({ adapter, page: values }) {
  const page = await browser.newPage();
  await page.goto(`${server.url}/page.html`);
  await page.waitForFunction(() => globalThis.ready);
  const command = (name, ...rest) =>
    page.evaluate(([n, r]) => globalThis.command(n, r), [name, rest]);
  const failed = await command('start', `${server.url}/engines/${adapter}.mjs`, values);
  if (failed?.refused) throw new Error(`${adapter} did not start in Chromium: ${failed.refused}`);
  return { command, stop: () => page.close() };
}

const running = [];
for (const engine of engines.filter(({ name }) => wanted(options.engines, name)))
  for (const host of ['node', 'chromium']) {
    if (!wanted(options.hosts, host) || (host === 'node' && !engine.node)) continue;
    const start = host === 'node' ? startInNode : startInPage;
    running.push({ ...engine, host, ...(await start(engine)) });
  }

const median = (values) => {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};
const chromium = browser.version();
const rows = [];
const peak = (await nativePeaks(1))?.[0];
const twoCores = (await nativePeaks(2))?.reduce((sum, one) => sum + one);
for (const workload of workloads.filter(({ id }) => wanted(options.cases, id))) {
  const measured = [];
  for (const engine of running) {
    const answer = await engine.command('prepare', workload.id, targetMs);
    measured.push({ engine, ...answer, ms: [] });
  }
  for (let round = 0; round < rounds; round++)
    for (const entry of measured.filter(({ refused }) => !refused))
      entry.ms.push(await entry.engine.command('measure'));
  report(workload, measured);
}
for (const { stop } of running) await stop();
if (!options.cases) await reportMemory();
await browser.close();
server.close();
reportTargets();
reportGrowth();
reportBytes();
printRows('Native training steps', 'build/native/native_steps', []);
printRows('Classical models, native', 'build/native/native_classic', []);
printRows('Classical models, WebAssembly in Node', process.execPath, [
  join(root, 'tests/engine/run_module.mjs'),
  join(root, 'build/web-simd/classic-simd.mjs'),
]);
mkdirSync(join(root, 'build'), { recursive: true });
writeFileSync(join(root, 'build/bench.json'), `${JSON.stringify(rows, null, 1)}\n`);

if ('keep' in options) keep();

/** The README's last part is what was measured last. */
function keep() {
  const readme = join(here, 'README.md');
  const place = `${cpus().length} × ${cpus()[0].model}, Chromium ${chromium}, Node ${process.version}`;
  const [before] = readFileSync(readme, 'utf8').split('## The table\n');
  const how = `${place}; medians of ${rounds} rounds in which all engines take turns.`;
  const text = printed
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  writeFileSync(readme, `${before}## The table\n\n${how}\n\n${text}\n`);
}

function report(workload, measured) {
  const good = measured.filter(({ ms }) => ms.length).map((e) => ({ ...e, median: median(e.ms) }));
  const peers = good.filter(({ engine }) => !engine.name.startsWith('gradschool'));
  const best = Math.min(...peers.map((e) => e.median));
  print(
    `\n### ${workload.id}\n\n| engine | host | median ms | GFLOP/s | of peak | best peer ÷ this | check |\n|---|---|---|---|---|---|---|`,
  );
  for (const entry of good.toSorted((a, b) => a.median - b.median)) {
    const gflops = workload.flop / entry.median / 1e6;
    rows.push({
      case: workload.id,
      engine: entry.engine.name,
      host: entry.engine.host,
      threads: entry.engine.threads ?? 1,
      median_ms: entry.median,
      gflops,
    });
    const check = entry.check?.map((v) => v.toPrecision(5)).join(' ') ?? '–';
    print(
      `| ${entry.engine.name} | ${entry.engine.host} | ${entry.median.toPrecision(3)} | ${gflops.toPrecision(3)} | ${peak ? `${((100 * gflops) / peak).toFixed(0)} %` : '–'} | ${peers.length ? (best / entry.median).toFixed(2) : '–'} | ${check} |`,
    );
  }
  for (const { engine, refused } of measured)
    if (refused && refused !== 'has no such operation')
      print(`\n${engine.name} (${engine.host}): ${refused}`);
}

/**
 * The best of our rows in Chromium against performance.md: as a figure, and as how many times faster
 * than a peer it is, measured in the same run.
 */
function reportTargets() {
  const chromium = rows.filter((row) => row.host === 'chromium');
  if (!chromium.some((row) => row.engine.startsWith('gradschool'))) return;
  const find = (id, engine) => chromium.find((row) => row.case === id && row.engine === engine);
  const figure = (row) => (row ? `${row.median_ms.toPrecision(3)} ms` : '–');
  const share = (rate, of) => (of ? `${((100 * rate) / of).toFixed(0)} %` : '–');
  const peaks = peak ? `, peak of one core ${peak}, of two ${twoCores.toFixed(1)} GFLOP/s` : '';
  print(
    `\n### Targets (Chromium${peaks})\n\n| case | deterministic | fast | 2 threads | of peak | target | share of target | peer | peer then | peer now | wanted ÷ peer | now ÷ peer | met | 2 threads ÷ 1 | of two cores' peak |\n|${'---|'.repeat(15)}`,
  );
  for (const [id, target] of Object.entries(targets)) {
    const [simd, fast, two] = ['', ' fast class', ' fast class, 2 threads'].map((kind) =>
      find(id, `gradschool${kind}`),
    );
    const one = [simd, fast].filter(Boolean).toSorted((a, b) => a.median_ms - b.median_ms)[0];
    if (!one) continue;
    const inTime = target.ms !== undefined;
    const unit = inTime ? 'ms' : 'GFLOP/s';
    const absolute = inTime ? target.ms / one.median_ms : one.gflops / target.gflops;
    const peer = find(id, target.peer);
    const now = peer && peer.median_ms / one.median_ms;
    const wanted = inTime ? target.then / target.ms : target.gflops / target.then;
    const met = [absolute >= 1 && 'absolute', now >= wanted && 'relative'].filter(Boolean);
    const cells = [
      id,
      figure(simd),
      figure(fast),
      figure(two),
      share(one.gflops, peak),
      `${target.ms ?? target.gflops} ${unit}`,
      absolute.toFixed(2),
      target.peer,
      `${target.then} ${unit}`,
      peer ? `${(inTime ? peer.median_ms : peer.gflops).toPrecision(3)} ${unit}` : '–',
      wanted.toFixed(2),
      now?.toFixed(2) ?? '–',
      met.join(' and ') || 'no',
      fast && two ? (fast.median_ms / two.median_ms).toFixed(2) : '–',
      two ? share(two.gflops, twoCores) : '–',
    ];
    print(`| ${cells.join(' | ')} |`);
  }
}

/** A training step's time by batch, width and depth: a straight line keeps the rate. */
function reportGrowth() {
  const grown = rows.filter((row) => row.case.startsWith('growth-'));
  if (grown.length === 0) return;
  print('\n### Growth of a step\n\n| case | engine | host | ms | GFLOP/s |\n|---|---|---|---|---|');
  for (const row of grown)
    print(
      `| ${row.case.slice(7)} | ${row.engine} | ${row.host} | ${row.median_ms.toPrecision(3)} | ${row.gflops.toPrecision(3)} |`,
    );
}

/** The module's memory after training the digit network alone. */
async function reportMemory() {
  const { command, stop } = await startInNode(ours('gradschool', 'simd', false, 1));
  await command('prepare', 'W3-b128', targetMs);
  await command('measure');
  const bytes = await command('memory');
  stop();
  rows.push({ case: 'W3-b128 memory', engine: 'gradschool', host: 'node', bytes });
  print(`\nMemory of W3-b128: ${(bytes / 1e6).toFixed(0)} MB (target: under 160)`);
}

/** The engine's module by room: bytes of code and data before Brotli, from the linker's map. */
function reportBytes() {
  const map = join(root, 'build/web-simd/engine.map');
  const module = join(dist, 'wasm/engine-simd.wasm');
  if (!existsSync(map) || !existsSync(module)) return;
  const rooms = new Map();
  for (const line of readFileSync(map, 'utf8').split('\n')) {
    const [, size, file] = /^ +\S+ +\S+ +(\w+) {9}(\S+\.o\)?):/.exec(line) ?? [];
    if (!file) continue;
    const unit = /([\w-]+)\.cpp\.o/.exec(file)?.[1];
    const room = roomOf(unit) ?? (file.includes('xnnpack') ? 'XNNPACK' : 'system libraries');
    rooms.set(room, (rooms.get(room) ?? 0) + parseInt(size, 16));
  }
  const packed = brotliCompressSync(readFileSync(module)).length;
  const total = [...rooms.values()].reduce((sum, n) => sum + n, 0);
  print(
    `\nThe engine's module: ${(packed / 1000).toFixed(1)} KB by Brotli (target: 120)\n\n| room | linked KB | share |\n|---|---|---|`,
  );
  for (const [room, bytes] of [...rooms].toSorted((a, b) => b[1] - a[1]))
    print(`| ${room} | ${(bytes / 1000).toFixed(1)} | ${((100 * bytes) / total).toFixed(0)} % |`);
  rows.push({ case: 'engine module', engine: 'gradschool', brotli_bytes: packed });
}
function roomOf(unit) {
  const rooms = ['tensor', 'kernels', 'autograd', 'nn', 'optim', 'data', 'classic', 'io', 'app'];
  return rooms.find((room) => existsSync(join(root, `src/${room}/${unit}.cpp`)));
}

/** Runs a program that prints a JSON line a case. */
function printRows(title, program, words) {
  const path = resolve(root, program);
  if (options.hosts || options.engines || options.cases || ![path, ...words].every(existsSync))
    return;
  print(`\n### ${title}\n`);
  for (const line of execFileSync(path, words, { encoding: 'utf8' }).trim().split('\n')) {
    const row = JSON.parse(line);
    rows.push(row);
    const right = row.accuracy === undefined ? '' : `, accuracy ${row.accuracy}`;
    print(
      `${row.case}: ${row.engine}, ${row.threads} thread(s), ${row.median_ms.toPrecision(3)} ms${right}`,
    );
  }
}

/**
 * Multiply-adds a second of each of so many cores at once, by the native build's probe: the best of
 * five tries, because one that other work disturbs is no peak.
 */
async function nativePeaks(cores) {
  const probe = join(root, 'build/native/bench_peak');
  if (!existsSync(probe)) return undefined;
  const best = Array(cores).fill(0);
  for (let attempt = 0; attempt < 5; attempt++) {
    const runs = best.map(() => promisify(execFile)(probe));
    (await Promise.all(runs)).forEach(({ stdout }, core) => {
      best[core] = Math.max(best[core], Number(stdout));
    });
  }
  return best;
}
