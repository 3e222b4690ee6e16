// The service worker: the course without a network, and from one version to the next. Over
// course.localhost, because pages from 127.0.0.1 and localhost have no worker; from a folder below the
// root, as many hosts serve it. "Offline" is a server that is gone.

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { writeServiceWorker } from '../../web/offline/make.mjs';
import { startServer } from '../../web/serve.mjs';
import { launchChromium, lesson, live, model, patience, until } from './harness.mjs';

const dist = fileURLToPath(new URL('../../web/dist', import.meta.url));
const other = 'lessons/02-02-perceptron.html';

let browser;
before(async () => (browser = await launchChromium()));
after(() => browser.close());

/** A copy of the built site on a server that can be stopped and changed, and a browser new to it. */
async function host(t, options = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'gradschool-offline-'));
  const site = join(folder, 'course');
  cpSync(dist, site, { recursive: true });
  let server = await startServer({ folder, ...options });
  const { port } = server.address();
  const stop = async () => {
    const closed = new Promise((done) => server.close(done));
    server.closeAllConnections();
    await closed;
  };
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  context.setDefaultTimeout(patience);
  t.after(async () => {
    await context.close();
    if (server.listening) await stop();
    rmSync(folder, { recursive: true });
  });
  const edit = (name, change) =>
    writeFileSync(join(site, name), change(readFileSync(join(site, name), 'utf8')));
  return {
    context,
    folder,
    root: `http://course.localhost:${port}/course/`,
    stop,
    start: async () => (server = await startServer({ folder, port, ...options })),
    /** Without a new worker: as a host that is half-way through taking in a new version. */
    edit,
    renew: () => writeServiceWorker(site),
    lose: (name) => rmSync(join(site, name)),
  };
}

/** The course's files that the browser keeps, with their hashes. */
const keptFiles = (page) =>
  page.evaluate(async () => {
    const all = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
    const keys = (await Promise.all(all.map((cache) => cache.keys()))).flat();
    return keys.map(({ url }) => url.slice(url.indexOf('/course/') + '/course/'.length)).sort();
  });

const isKept = (page, start) =>
  until(
    () => keptFiles(page),
    (files) => files.some((each) => each.startsWith(`${start}?`)),
    `${start} being kept`,
  );

test('a page that was opened works without a network: its text, demos, quizzes, exams', async (t) => {
  const site = await host(t);
  const page = await site.context.newPage();
  await page.goto(site.root + lesson);
  await isKept(page, 'wasm/demos-1-fast.wasm');
  await isKept(page, 'results/scaling-plot.json');
  await page.goto(`${site.root}exam.html`);
  await isKept(page, 'wasm/quiz-simd.wasm');
  await isKept(page, 'quiz/forms/02-02-perceptron.json');
  await site.stop();

  await page.goto(site.root + lesson + '?feature-ceiling=');
  assert.equal(await page.evaluate(() => crossOriginIsolated), true); // the host's headers are kept
  const demo = await live(page, 'grad-demo#feature-ceiling');
  await demo.getByRole('button', { name: 'Run', exact: true }).click();
  await until(
    () => model(demo),
    (now) => now.complete,
    'the run',
  );
  const quiz = await live(page, 'grad-quiz[questions="output-tent"]');
  await quiz.getByRole('textbox').fill('1.0');
  await quiz.getByRole('button', { name: 'Check', exact: true }).click();
  await until(
    () => model(quiz),
    (now) => now.items[0].phase === 'right',
    'the grade',
  );

  await page.goto(`${site.root}exam.html?count=4&minutes=10&seed=7`);
  await page.getByRole('button', { name: 'Begin' }).click();
  await page.locator('#questions fieldset:visible').waitFor();
  await page.goto(site.root); // of the files that come first
  await page.getByRole('heading', { name: 'The course', exact: true }).waitFor();
  await page.goto(site.root + other); // never opened
  await page.getByRole('heading', { name: 'This page is not kept here' }).waitFor();
  await page.getByRole('link', { name: 'Go to the course' }).click();
  await page.waitForURL(`${site.root}index.html`);
});

test('the whole course is kept on request', async (t) => {
  const site = await host(t, { isolated: false });
  const page = await site.context.newPage();
  await page.goto(site.root);
  const button = page.getByRole('button', { name: /^Keep the whole course .*\(\d\.\d MB\)$/ });
  await button.click();
  await page.getByText('The whole course is kept in this browser').waitFor();
  const files = await keptFiles(page);
  assert.deepEqual(
    files.filter((each) => each.includes('-fast.')),
    [],
  ); // no threads here
  await site.stop();
  await page.goto(site.root + other);
  const demo = await live(page, 'grad-demo');
  assert.ok((await model(demo)).readouts);
  await page.goto(`${site.root}review.html`);
  await page.getByText('Nothing yet: questions come here').waitFor();
  await page.goto(site.root);
  await page.getByText('The whole course is kept in this browser').waitFor();
  assert.equal(await button.isVisible(), false);
});

const words = (text) => (html) => html.replace('</h1>', ` (${text})</h1>`);
const heading = (page, text) => page.getByRole('heading', { level: 1, name: `(${text})` });
const hashes = (files, name) => files.filter((each) => each.startsWith(`${name}?`));

test('a new version comes whole, once no page of the old one is open, and the old one goes', async (t) => {
  const site = await host(t);
  const page = await site.context.newPage();
  await page.goto(site.root + lesson);
  await isKept(page, 'wasm/demos-1-fast.wasm');
  const before = await keptFiles(page);
  for (const name of [lesson, other]) site.edit(name, words('second'));
  site.edit('runtime/records.js', (text) => `${text}\n// renewed\n`);
  await site.renew();

  // Another page comes from the old version, modules and all, while the first is open.
  const tab = await site.context.newPage();
  await tab.goto(site.root + lesson);
  assert.equal(await heading(tab, 'second').count(), 0);
  await until(
    () => tab.evaluate(async () => Boolean((await navigator.serviceWorker.ready).waiting)),
    Boolean,
    'the new version being fetched',
  );
  const text = (name) => tab.evaluate(async (url) => (await fetch(url)).text(), site.root + name);
  assert.doesNotMatch(await text('runtime/records.js'), /renewed/);
  // What only the new version has is not shown with the modules of the old one.
  await tab.goto(site.root + other);
  await tab.getByText('the course has just been renewed').waitFor();
  await assert.rejects(text(other), /TypeError|network|fetch/);

  // It comes by itself once no other page is open.
  await page.close();
  await heading(tab, 'second').waitFor();
  assert.match(await text('runtime/records.js'), /renewed/);
  await until(
    () => keptFiles(tab),
    (files) => hashes(files, lesson).length === 1 && hashes(files, other).length === 1,
    'the old version going',
  );
  const after = await keptFiles(tab);
  assert.notDeepEqual(hashes(after, lesson), hashes(before, lesson));
  assert.equal(new Set(after.map((each) => each.split('?')[0])).size, after.length);
  await site.stop();
  await tab.goto(site.root + lesson); // kept by the old version, so kept by the new one
  await heading(tab, 'second').waitFor();
});

test('errors and files of another version are not kept', async (t) => {
  const site = await host(t);
  const page = await site.context.newPage();
  await page.goto(site.root);
  await isKept(page, 'index.html');
  site.lose('review.html');
  assert.equal((await page.goto(`${site.root}review.html`)).status(), 404);
  site.edit(lesson, words('second'));
  await page.goto(site.root + lesson);
  await page.getByRole('heading', { name: 'This page is not kept here' }).waitFor();
  const files = await keptFiles(page);
  assert.deepEqual([...hashes(files, lesson), ...hashes(files, 'review.html')], []);
  // The page that stood in gives way as soon as the new version is there.
  await site.renew();
  await page.goto(site.root + lesson);
  await heading(page, 'second').waitFor();
});

test('there is no worker inside of a frame, nor on the machine of who writes the course', async (t) => {
  const site = await host(t);
  const page = await site.context.newPage();
  const workers = async (frame, path) => {
    // The script that would register it has run.
    await frame.evaluate((url) => import(url), path);
    return frame.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);
  };
  writeFileSync(join(site.folder, 'frame.html'), '<iframe src="course/index.html"></iframe>');
  await page.goto(new URL('../frame.html', site.root).href);
  const [, frame] = page.frames();
  await frame.getByRole('heading', { name: 'The course', exact: true }).waitFor();
  assert.equal(await workers(frame, '/course/runtime/offline.js'), 0);
  await page.goto(site.root.replace('course.localhost', '127.0.0.1'));
  assert.equal(await workers(page, '/course/runtime/offline.js'), 0);
});
