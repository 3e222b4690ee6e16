// Serves web/dist on this machine only and rebuilds what changes.
//
//   npm run serve                       http://127.0.0.1:8000, or the next free port; PORT=… chooses
//   node web/serve.mjs --no-watch       without rebuilding
//   node web/serve.mjs --plain          as any static host would: no isolation headers, no rebuilding

import { spawn } from 'node:child_process';
import { existsSync, watch } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'web/dist');

const types = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** Threads and shared memory need a page that is isolated from others. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/**
 * @param {{folder?: string, port?: number, isolated?: boolean}} options `port` 0 takes any free one
 * @returns {Promise<import('node:http').Server>} listening on 127.0.0.1
 */
export async function startServer({ folder = dist, port = 0, isolated = true } = {}) {
  const server = createServer((request, response) => {
    answer(request, response, folder, isolated ? isolation : {}).catch((error) => {
      console.error(`serve: ${request.url}: ${error.message}`);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}

async function answer(request, response, folder, headers) {
  const send = (status, type, body) => {
    response.writeHead(status, {
      'Content-Type': type,
      'Content-Length': body.length,
      'Cache-Control': 'no-store',
      ...headers,
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return send(405, 'text/plain', Buffer.from('Only GET and HEAD.\n'));
  }
  const file = await findFile(request.url, folder);
  if (file)
    return send(200, types[extname(file)] ?? 'application/octet-stream', await readFile(file));
  const page = join(folder, '404.html');
  const body = existsSync(page) ? await readFile(page) : Buffer.from('Not found.\n');
  return send(404, types['.html'], body);
}

/** The file for an address, or null: addresses never lead out of the folder. */
async function findFile(url, folder) {
  let path;
  try {
    path = decodeURIComponent(new URL(url, 'http://localhost').pathname);
  } catch {
    return null;
  }
  const file = normalize(join(folder, path));
  if (path.includes('\0') || !`${file}${sep}`.startsWith(normalize(`${folder}${sep}`))) return null;
  const found = await stat(file).catch(() => null);
  if (found?.isFile()) return file;
  const index = join(file, 'index.html');
  return found?.isDirectory() && existsSync(index) ? index : null;
}

/** What to run when a file under `path` changes, in this order. */
const steps = [
  {
    name: 'C++ modules',
    paths: ['src', 'web/tokens.json'],
    commands: () =>
      [['native', '--target', 'gradschool'], ['web-simd'], ['web-fast']]
        .map(([preset, ...options]) => ['cmake', '--build', join('build', preset), ...options])
        .filter(([, , folder]) => existsSync(join(root, folder, 'CMakeCache.txt'))),
  },
  { name: 'runtime', paths: ['web/runtime'], commands: () => [tsc('web/runtime')] },
  { name: 'service worker', paths: ['web/offline'], commands: () => [tsc('web/offline')] },
  { name: 'site scripts', paths: ['web/site/script'], commands: () => [tsc('web/site')] },
  {
    name: 'site',
    paths: [
      'lessons',
      'src',
      'tests/examples',
      'web/css',
      'web/offline',
      'web/site',
      'web/tokens.json',
      'web/quiz.schema.json',
    ],
    commands: () => [[process.execPath, 'web/site/build.mjs']],
  },
];

function tsc(project) {
  return [process.execPath, 'node_modules/typescript/bin/tsc', '-p', project];
}

class Rebuilder {
  #changed = new Set();
  #running = false;
  #timer = null;

  start() {
    for (const path of new Set(steps.flatMap((step) => step.paths))) {
      if (!existsSync(join(root, path))) continue;
      watch(join(root, path), { recursive: true }, (_, name) => this.#note(path, name));
    }
  }

  #note(path, name) {
    if (name && /(^|\/)[.#]|~$|\.sw[a-z]$/.test(name)) return;
    const file = path.endsWith('.json') || !name ? path : `${path}/${name}`;
    this.#changed.add(file);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#rebuild(), 150);
  }

  async #rebuild() {
    if (this.#running || this.#changed.size === 0) return;
    this.#running = true;
    const changed = [...this.#changed];
    this.#changed.clear();
    await build(changed);
    this.#running = false;
    await this.#rebuild();
  }
}

/** Runs the steps that the changed files ask for; stops at the first that fails. */
async function build(changed) {
  const due = steps.filter((step) =>
    step.paths.some((path) => changed.some((file) => file === path || file.startsWith(`${path}/`))),
  );
  for (const step of due) {
    for (const command of step.commands()) {
      if (await run(command)) continue;
      console.error(`serve: ${step.name} did not build; still serving what was there before`);
      return;
    }
  }
  if (due.length > 0) console.log(`serve: built ${due.map((step) => step.name).join(', ')}`);
}

function run([command, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (text) => (said += text));
    child.on('error', (error) => (said += `${command}: ${error.message}\n`));
    child.on('close', (code) => {
      if (code !== 0) process.stderr.write(said);
      resolve(code === 0);
    });
  });
}

async function main(args) {
  const plain = args.includes('--plain');
  const unknown = args.find((arg) => !['--plain', '--no-watch'].includes(arg));
  if (unknown) throw new Error(`unknown option "${unknown}"; known: --plain, --no-watch`);
  const server = await startOnFreePort(readPort(), !plain);
  console.log(`Gradschool: http://127.0.0.1:${server.address().port}/`);
  if (plain || args.includes('--no-watch')) return;
  new Rebuilder().start();
  if (!existsSync(join(dist, 'index.html'))) await build(steps.flatMap((step) => step.paths));
}

function readPort() {
  const text = process.env.PORT ?? '8000';
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) throw new Error(`PORT is "${text}", not a port number`);
  return port;
}

async function startOnFreePort(port, isolated) {
  for (let tries = 0; ; tries++) {
    try {
      return await startServer({ port: port + tries, isolated });
    } catch (error) {
      if (error.code !== 'EADDRINUSE' || tries === 20) throw error;
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2)).catch((error) => {
    console.error(`serve: ${error.message}`);
    process.exitCode = 1;
  });
}
