// The course without a network: the service worker of the built site. make.mjs puts a list of the
// site's files in front of it, each with a hash of its content, so that every build has a worker of
// its own, which serves the files of that build and no others: a page never meets a module of another
// version. What a page needs is kept when the page is opened (web/runtime/offline.ts tells), all
// of the course when the reader asks for it.

/** The built site. Paths are relative to its folder. */
interface Site {
  /** By path the content's hash, and its bytes as hosts send it. */
  files: Record<string, [hash: string, bytes: number]>;
  /** What every page needs, and the page that stands in for those that are not kept. */
  core: string[];
  /** By page what else it needs. */
  pages: Record<string, string[]>;
}

/** What pages ask for. Answered, once it is done, by OfflineAnswer. */
type OfflineRequest =
  | { type: 'keep'; page: string; engine: Engine }
  | { type: 'keep all'; engine: Engine }
  | { type: 'state'; engine: Engine }
  | { type: 'take over' };
/** The class of modules that the browser runs (web/runtime/features.ts). */
type Engine = 'fast' | 'simd';
/** Of the whole course: files, how many of them are kept, and the bytes of those that are not. */
type OfflineAnswer = { kept: number; files: number; bytes: number };

declare const site: Site;
const worker = self as unknown as ServiceWorkerGlobalScope;
const root = worker.registration.scope;
const cacheName = `gradschool ${root}`;

/** Where a file is kept: other content, other address. */
const keyOf = (path: string) => new URL(`${path}?${site.files[path]?.[0]}`, root).href;

/** The file that an address means, or null for what is not the course's. */
function pathOf(address: string): string | null {
  const { origin, pathname } = new URL(address);
  const base = new URL(root);
  if (origin !== base.origin || !pathname.startsWith(base.pathname)) return null;
  const path = decodeURIComponent(pathname.slice(base.pathname.length));
  return path === '' || path.endsWith('/') ? `${path}index.html` : path;
}

const isKnown = (path: string) => Object.hasOwn(site.files, path);

async function hashOf(content: ArrayBuffer): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', content));
  return [...bytes.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The file from the network, handed on while it arrives and kept once it is whole. If it turns out to
 * be of another version, its body breaks off. Errors of the host are handed on and not kept.
 */
async function fetchFile(path: string): Promise<Response> {
  const response = await fetch(new URL(path, root), { cache: 'no-cache' });
  if (response.status !== 200 || !response.body) return response;
  const headers = new Headers(response.headers);
  headers.delete('Content-Encoding'); // undone by the browser already
  for (const name of ['Content-Length', 'Vary']) headers.delete(name);
  const parts: Uint8Array[] = [];
  const check = new TransformStream<Uint8Array, Uint8Array>({
    transform(part, out) {
      parts.push(part);
      out.enqueue(part);
    },
    async flush(out) {
      const content = await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer();
      if ((await hashOf(content)) !== site.files[path]?.[0]) {
        out.error(new Error(`The host has another version of ${path}.`));
        return;
      }
      const cache = await caches.open(cacheName);
      // A full storage keeps nothing from being read.
      await cache.put(keyOf(path), new Response(content, { headers })).catch(() => {});
    },
  });
  return new Response(response.body.pipeThrough(check), { headers });
}

async function fileOf(path: string): Promise<Response> {
  const cache = await caches.open(cacheName);
  return (await cache.match(keyOf(path))) ?? fetchFile(path);
}

/** A page as a whole, so that one of another version is known before it is shown. */
async function pageOf(path: string): Promise<Response> {
  const page = await fileOf(path);
  const { status, headers } = page;
  return new Response(await page.arrayBuffer(), { status, headers });
}

/** For pages that are neither kept nor to be had; at any address, so its links need a base. */
async function standInPage(): Promise<Response> {
  const page = await fileOf('offline.html');
  const html = (await page.text()).replace(/<base href="[^"]*">/, `<base href="${root}">`);
  return new Response(html, { status: 503, headers: page.headers });
}

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const path = pathOf(request.url);
  if (request.method !== 'GET' || path === null) return;
  if (request.mode === 'navigate') {
    const page = isKnown(path) ? pageOf(path) : fetch(request);
    event.respondWith(page.catch(standInPage));
  } else if (isKnown(path)) {
    event.respondWith(fileOf(path));
  }
});

// ---- Keeping -------------------------------------------------------------------------------------

const pathsOf = (keys: readonly Request[]) => keys.map(({ url }) => pathOf(url) ?? '');

/** A browser runs one class of the modules. */
const fits = (path: string, engine: Engine) =>
  !/^wasm\/demos-\d+-(fast|simd)\./.test(path) || path.includes(`-${engine}.`);

const needsOf = (page: string, engine: Engine) =>
  [page, ...(site.pages[page] ?? [])].filter((path) => fits(path, engine));

const wholeCourse = (engine: Engine) => [
  ...new Set([...site.core, ...Object.keys(site.pages).flatMap((page) => needsOf(page, engine))]),
];

async function missingOf(paths: string[]): Promise<string[]> {
  const cache = await caches.open(cacheName);
  const there = new Set((await cache.keys()).map(({ url }) => url));
  return paths.filter((path) => isKnown(path) && !there.has(keyOf(path)));
}

/** Fetches what is missing. Rejects if one of the files is not to be had; the others are kept. */
async function keep(paths: string[]): Promise<void> {
  const missing = await missingOf(paths);
  const kept = await Promise.allSettled(
    missing.map(async (path) => {
      const response = await fetchFile(path);
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
      await response.arrayBuffer();
    }),
  );
  const failed = kept.find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
}

async function countKept(paths: string[]): Promise<OfflineAnswer> {
  const missing = await missingOf(paths);
  const bytes = missing.reduce((sum, path) => sum + site.files[path]![1], 0);
  return { kept: paths.length - missing.length, files: paths.length, bytes };
}

async function carryOut(request: OfflineRequest): Promise<OfflineAnswer | null> {
  if (request.type === 'take over') {
    const pages = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
    if (pages.length === 1) await worker.skipWaiting();
    return null;
  }
  const { engine } = request; // the count says what could not be kept
  if (request.type === 'keep')
    await keep(needsOf(pathOf(request.page) ?? '', engine)).catch(() => {});
  if (request.type === 'keep all') await keep(wholeCourse(engine)).catch(() => {});
  return countKept(wholeCourse(engine));
}

worker.addEventListener('message', (event) => {
  const [port] = event.ports;
  const done = carryOut(event.data as OfflineRequest).then((answer) => port?.postMessage(answer));
  event.waitUntil(done);
});

// ---- From version to version ---------------------------------------------------------------------

/** A new version begins with everything that the one before had kept, or does not begin. */
worker.addEventListener('install', (event) => {
  const begin = async () => {
    const cache = await caches.open(cacheName);
    await keep([...site.core, ...pathsOf(await cache.keys())]);
  };
  event.waitUntil(begin());
});

/** It comes into use once no page of the version before is open, whose files can then go. */
worker.addEventListener('activate', (event) => {
  const clear = async () => {
    const cache = await caches.open(cacheName);
    const ours = new Set(Object.keys(site.files).map(keyOf));
    const old = (await cache.keys()).filter(({ url }) => !ours.has(url));
    await Promise.all(old.map((key) => cache.delete(key)));
    await worker.clients.claim();
  };
  event.waitUntil(clear());
});
