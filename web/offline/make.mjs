// Writes the service worker of a built site: the list of its files, then the compiled sw.ts.

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { neededBy } from './needs.mjs';

const compiled = fileURLToPath(new URL('../../build/offline/sw.js', import.meta.url));

/** No page asks for these. */
const leftOut = /^(sw\.js$|404\.html$|engine\/|wasm\/engine-|robots|sitemap)/;

/** Writes sw.js into `dist`, if sw.ts has been compiled. */
export async function writeServiceWorker(dist) {
  if (!existsSync(compiled)) return;
  const script = await readFile(compiled, 'utf8');
  const site = JSON.stringify(await describe(dist));
  await writeFile(join(dist, 'sw.js'), `const site = ${site};\n${script}`);
}

/** What sw.ts knows of the site: `Site` there. */
async function describe(dist) {
  const entries = await readdir(dist, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dist, join(entry.parentPath ?? entry.path, entry.name)))
    .map((name) => name.split(sep).join(posix.sep))
    .filter((name) => !leftOut.test(name))
    .sort();
  const contents = new Map();
  for (const name of names) contents.set(name, await readFile(join(dist, name)));
  const files = Object.fromEntries(
    [...contents].map(([name, bytes]) => [name, [hashOf(bytes), sent(name, bytes)]]),
  );
  const pages = names.filter((name) => name.endsWith('.html'));
  const needs = pages.map((page) => neededBy(page, contents.get(page).toString(), names));
  const all = (name) => needs.every((list) => list.includes(name));
  const core = [...names.filter(all), 'index.html', 'offline.html'];
  const others = pages.map((page, k) => [page, needs[k].filter((name) => !core.includes(name))]);
  return { files, core, pages: Object.fromEntries(others) };
}

const hashOf = (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 16);
/** Faces are compressed already. */
const sent = (name, bytes) => (name.endsWith('.woff2') ? bytes : gzipSync(bytes)).length;
