// The development server: types, isolation headers, and nothing outside of its folder.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startServer } from '../../web/serve.mjs';

const home = mkdtempSync(join(tmpdir(), 'gradschool-serve-'));
const folder = join(home, 'dist');
const servers = [];
let isolated;
let plain;

before(async () => {
  mkdirSync(join(folder, 'wasm'), { recursive: true });
  writeFileSync(join(home, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'index.html'), '<p>home</p>');
  writeFileSync(join(folder, '404.html'), '<p>lost</p>');
  writeFileSync(join(folder, 'wasm/engine.wasm'), 'x');
  writeFileSync(join(folder, 'wasm/engine.mjs'), 'x');
  const start = async (options) => {
    const server = await startServer({ folder, ...options });
    servers.push(server);
    return server.address().port;
  };
  isolated = await start({});
  plain = await start({ isolated: false });
});

after(() => {
  servers.forEach((server) => server.close());
  rmSync(home, { recursive: true });
});

/** fetch() would tidy "../" away before it is sent. */
function get(port, path, method = 'GET') {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, agent: false }, (response) => {
      let body = '';
      response.on('data', (text) => (body += text));
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body }),
      );
    });
    sent.on('error', reject).end();
  });
}

test('files have their types, are not cached, and a folder gives its index', async () => {
  const page = await get(isolated, '/');
  assert.equal(page.body, '<p>home</p>');
  assert.equal(page.headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(page.headers['cache-control'], 'no-store');
  assert.equal(
    (await get(isolated, '/wasm/engine.wasm')).headers['content-type'],
    'application/wasm',
  );
  const module = await get(isolated, '/wasm/engine.mjs?v=1');
  assert.equal(module.headers['content-type'], 'text/javascript; charset=utf-8');
});

test('pages are isolated, unless the server is plain', async () => {
  const { headers } = await get(isolated, '/');
  assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
  assert.equal(headers['cross-origin-embedder-policy'], 'require-corp');
  assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
  const bare = await get(plain, '/');
  assert.equal(bare.headers['cross-origin-opener-policy'], undefined);
  assert.equal(bare.headers['cross-origin-embedder-policy'], undefined);
});

test('what is not there, or not to be had, gives the page for that', async () => {
  const paths = [
    '/none',
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/%',
    '/a%00b',
  ];
  for (const path of paths) {
    const { status, body } = await get(isolated, path);
    assert.equal(status, 404, path);
    assert.equal(body, '<p>lost</p>', path);
  }
  assert.equal((await get(isolated, '/', 'POST')).status, 405);
  assert.equal((await get(isolated, '/', 'HEAD')).body, '');
});
