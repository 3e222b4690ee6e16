// Packs the site for learning systems: a SCORM 1.2 and a SCORM 2004 zip for each lesson and for the
// course, from web/dist into build/scorm.
//
//   node web/lms/package.mjs
//
// A package has one launch page (launch.html); its frame holds the pages as they are, so that moving
// from page to page never ends the talk with the learning system.

import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { strFromU8, strToU8 } from 'fflate';
import { zip } from '../exports/zip.mjs';
import { neededBy } from '../offline/needs.mjs';
import { manifest } from './manifest.mjs';

const repository = fileURLToPath(new URL('../..', import.meta.url));

export const standards = ['1.2', '2004'];
/** The share of questions right at the first try that passes. */
const pass = 0.75;

/** Threads are out of reach in a frame, and a learning system is no place for what stands in. */
const leftOut = /^(wasm\/.*-fast\.|404\.html$|offline\.html$)/;

/**
 * The packages of a built site.
 *
 * @param {string} dist the built site
 * @param {string} lms the compiled scripts of this folder
 * @param {string} schemas folders scorm12edition and scorm20044thedition with the standards' schemas
 * @returns {Promise<Map<string, Map<string, Uint8Array>>>} by the zip's name its files
 */
export async function packages({ dist, lms, schemas }) {
  const site = await readFolder(dist);
  const launcher = await launchFiles(lms);
  const { keyOf } = await import(pathToFileURL(join(lms, 'pack.js')));
  const banks = [...site.keys()]
    .filter((name) => site.has(`lessons/${/^quiz\/(.*)\.json$/.exec(name)?.[1]}.html`))
    .map((name) => JSON.parse(strFromU8(site.get(name))));
  const made = new Map();
  for (const standard of standards) {
    const control = await readFolder(join(schemas, schemaFolders[standard]), /\.(xsd|dtd)$/);
    const build = (name, title, start, pages, chosen) => {
      const files = pageFiles(site, pages);
      const contents = contentsOf({ standard, title, start, banks: chosen }, files);
      checkKeys(contents.questions, keyOf);
      const zipName = `${name}.scorm${standard}`;
      made.set(zipName, whole(contents, `gradschool-${name}`, files, launcher, control));
    };
    for (const bank of banks) {
      const page = `lessons/${bank.lesson}.html`;
      build(bank.lesson, bank.title, page, [page], [bank]);
    }
    const all = [...site.keys()].filter((name) => name.endsWith('.html') && !leftOut.test(name));
    build('course', 'Gradschool', 'index.html', all, banks);
  }
  return made;
}

const schemaFolders = { 1.2: 'scorm12edition', 2004: 'scorm20044thedition' };

async function readFolder(folder, wanted = /./) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = new Map();
  for (const entry of entries.filter((each) => each.isFile() && wanted.test(each.name))) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    files.set(posix.relative(folder, path), new Uint8Array(await readFile(path)));
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function launchFiles(lms) {
  const files = new Map();
  for (const [name, bytes] of await readFolder(lms, /\.js$/)) files.set(`lms/${name}`, bytes);
  const own = async (name) => new Uint8Array(await readFile(new URL(name, import.meta.url)));
  files.set('lms/launch.css', await own('launch.css'));
  files.set('launch.html', await own('launch.html'));
  return files;
}

/** The pages with everything they need, fit for any host. */
function pageFiles(site, pages) {
  const names = [...site.keys()].filter((name) => !leftOut.test(name));
  const asked = pages.flatMap((page) => neededBy(page, strFromU8(site.get(page)), names));
  const needed = new Set([...pages, ...asked]);
  const files = new Map();
  for (const name of needed) files.set(hostable(name), site.get(name));
  for (const [name, bytes] of files) {
    if (name.endsWith('.html'))
      files.set(name, strToU8(withoutDeadLinks(strFromU8(bytes), name, files)));
    if (name.startsWith('runtime/')) files.set(name, strToU8(hostable(strFromU8(bytes))));
  }
  return files;
}

/** Learning systems that do not know the ending .mjs serve it as something that no browser runs. */
const hostable = (text) => text.replace(/\.mjs\b/g, '.js');

/** A link to a page that the package lacks is no link; one to the web leaves the frame alone. */
function withoutDeadLinks(html, page, files) {
  return html.replace(/<a ([^>]*?)href="([^"]*)"/g, (link, before, href) => {
    if (/^https?:/.test(href)) return `<a ${before}target="_blank" rel="noopener" href="${href}"`;
    const [path] = href.split(/[?#]/);
    const target = path === '' ? page : posix.join(posix.dirname(page), path);
    return files.has(target) ? link : `<a ${before}`;
  });
}

/** What the pages ask, in the order of the pages. */
function contentsOf({ standard, title, start, banks }, files) {
  const byId = new Map(
    banks.flatMap((bank) =>
      bank.questions.map((question) => [question.id, { ...question, lesson: bank.lesson }]),
    ),
  );
  const asked = [...files]
    .filter(([name]) => name.startsWith('lessons/') && name.endsWith('.html'))
    .flatMap(([, bytes]) => [...strFromU8(bytes).matchAll(/<grad-quiz [^>]*questions="([^"]*)"/g)])
    .flatMap((match) => match[1].split(','))
    .map((id) => byId.get(id.trim()));
  const questions = [...new Set(asked)].map((question) => ({
    id: question.id,
    lesson: question.lesson,
    type: question.type,
    pattern: patternOf(question, standard),
  }));
  return { standard, title, start, pass, questions };
}

/** Answers are kept by keys of four characters (pack.ts). */
function checkKeys(questions, keyOf) {
  const byKey = new Map();
  for (const { id } of questions) {
    const other = byKey.get(keyOf(id));
    if (other) throw new Error(`Questions ${other} and ${id} have the same key; rename the newer.`);
    byKey.set(keyOf(id), id);
  }
}

/** A right answer as the standard writes it; "" where it has no such form. */
export function patternOf(question, standard) {
  const letter = (k) => k.toString(36);
  const join = (parts) => parts.join(standard === '1.2' ? ',' : '[,]');
  const { type, options = [], answer } = question;
  if (question.variant) return ''; // other numbers for everybody
  if (type === 'single' || type === 'multiple') {
    return join(options.flatMap(({ correct }, k) => (correct ? [letter(k)] : [])));
  }
  if (type === 'order') return join(options.map((_, k) => letter(k)));
  if (type === 'numeric' || type === 'predict') {
    const { value, tolerance = 0 } = answer;
    return standard === '1.2' ? String(value) : `${value - tolerance}[:]${value + tolerance}`;
  }
  return '';
}

function whole(contents, identifier, files, launcher, control) {
  const all = new Map([...files, ...launcher]);
  all.set('lms/contents.json', strToU8(JSON.stringify(contents)));
  const names = [...all.keys()].sort();
  const text = manifest(contents, identifier, names);
  return new Map([['imsmanifest.xml', strToU8(text)], ...control, ...all]);
}

async function main() {
  const folder = join(repository, 'build/scorm');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const made = await packages({
    dist: join(repository, 'web/dist'),
    lms: join(repository, 'build/lms'),
    schemas: join(repository, 'build/scorm-schemas'),
  });
  for (const [name, files] of made) {
    const bytes = zip([...files]);
    await writeFile(join(folder, `${name}.zip`), bytes);
    const megabytes = (bytes.length / 1e6).toFixed(1);
    console.log(`build/scorm/${name}.zip: ${files.size} files, ${megabytes} MB`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
