// Bytes of the text of each lesson, compressed as a host would send them: page, styles, faces and the
// site's own scripts. Exits with an error above the budget.

import { readFileSync, readdirSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { asksFor } from './fonts.mjs';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
export const budget = 100_000;

/** @returns {{file: string, raw: number, gzip: number, brotli: number}[]} for one page */
export function weighPage(page, folder = dist) {
  const html = readFileSync(join(folder, page), 'utf8');
  const files = [
    page,
    'css/site.css',
    ...list(folder, 'fonts').filter((file) => asksFor(html, basename(file))),
    ...list(folder, 'site').filter((name) => name.endsWith('.js')),
  ];
  return files.map((file) => {
    const bytes = readFileSync(join(folder, file));
    // woff2 is compressed already.
    const packed = extname(file) === '.woff2' ? () => bytes : null;
    return {
      file,
      raw: bytes.length,
      gzip: (packed ?? gzipSync)(bytes).length,
      brotli: (packed ?? brotliCompressSync)(bytes).length,
    };
  });
}

function list(folder, name) {
  return readdirSync(join(folder, name)).map((file) => join(name, file));
}

export function sum(rows, field) {
  return rows.reduce((total, row) => total + row[field], 0);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const page of list(dist, 'lessons').filter((name) => name.endsWith('.html'))) {
    const rows = weighPage(page);
    const total = { file: 'total', raw: sum(rows, 'raw'), gzip: sum(rows, 'gzip') };
    console.table([...rows, { ...total, brotli: sum(rows, 'brotli') }]);
    if (sum(rows, 'brotli') > budget) {
      console.error(`${page}: its text weighs more than ${budget} bytes`);
      process.exitCode = 1;
    }
  }
}
