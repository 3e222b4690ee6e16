// What a first visit to a lesson costs: bytes of every file it loads, time to readable text and to the
// first training step in Chromium (no network delay: this is parsing, compiling and computing), and
// the lines of each room.
//   node tests/bench/page_load.mjs
import { readFileSync, readdirSync } from 'node:fs';
import { extname, join, relative, resolve } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { launchChromium, lesson } from '../browser/harness.mjs';
import { serveFolders } from './server.mjs';

const root = resolve(import.meta.dirname, '../..');
const dist = join(root, 'web/dist');
const rounds = 7;
const kb = (bytes) => (bytes / 1000).toFixed(1);

const server = await serveFolders({ '/': dist });
const browser = await launchChromium();
const readable = [];
const trained = [];
let files = [];
for (let round = 0; round < rounds; round++) {
  const context = await browser.newContext();
  const page = await context.newPage();
  server.requests.length = 0;
  await page.goto(`${server.url}/${lesson}`);
  await page.locator('grad-demo').first().scrollIntoViewIfNeeded();
  const times = await page.evaluate(async () => {
    const paint = performance.getEntriesByName('first-contentful-paint')[0].startTime;
    const demo = document.querySelector('grad-demo');
    const slices = () =>
      demo.stats().then(
        (stats) => stats.slices,
        () => 0,
      );
    while ((await slices()) === 0) await new Promise((next) => setTimeout(next, 2));
    return { paint, step: performance.now() };
  });
  readable.push(times.paint);
  trained.push(times.step);
  files = [...new Map(server.requests.map((request) => [request.file, request])).values()];
  await context.close();
}
await browser.close();
server.close();

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
console.log(
  `\nFirst contentful paint: ${median(readable).toFixed(0)} ms; first training step: ${median(trained).toFixed(0)} ms (medians of ${rounds})\n`,
);
console.log('| file | raw KB | gzip KB | Brotli KB |\n|---|---|---|---|');
const totals = { text: 0, runtime: 0, module: 0 };
for (const { path, file } of files.toSorted((a, b) => a.path.localeCompare(b.path))) {
  const bytes = readFileSync(file);
  const brotli = brotliCompressSync(bytes).length;
  const kind = path.includes('/wasm/') ? 'module' : path.includes('/runtime/') ? 'runtime' : 'text';
  totals[kind] += brotli;
  console.log(
    `| ${path} | ${kb(bytes.length)} | ${kb(gzipSync(bytes, { level: 9 }).length)} | ${kb(brotli)} |`,
  );
}
console.log(
  `\nBrotli KB: readable text (page, styles, faces, site script) ${kb(totals.text)}, ` +
    `page runtime ${kb(totals.runtime)}, engine module ${kb(totals.module)}`,
);

console.log('\n| room | lines |\n|---|---|');
for (const [room, lines] of linesByRoom()) console.log(`| ${room} | ${lines} |`);

function linesByRoom() {
  const rooms = new Map();
  for (const top of ['src', 'web', 'tests', 'lessons', 'cmake'])
    for (const entry of readdirSync(join(root, top), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath ?? entry.path, entry.name);
      if (!entry.isFile() || /node_modules|web\/dist|golden|corpus/.test(path)) continue;
      if (
        ![
          '.h',
          '.cpp',
          '.inc',
          '.ts',
          '.mjs',
          '.css',
          '.md',
          '.yml',
          '.sh',
          '.cmake',
          '.txt',
        ].includes(extname(path))
      )
        continue;
      const room = relative(root, path)
        .split('/')
        .slice(0, top === 'src' || top === 'web' ? 2 : 1)
        .join('/');
      rooms.set(room, (rooms.get(room) ?? 0) + readFileSync(path, 'utf8').split('\n').length - 1);
    }
  return rooms;
}
