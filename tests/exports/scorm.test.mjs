// SCORM packages: their manifests by the standards' own schemas, their files, and how answers are
// packed. What a learning system sees is tested in tests/browser/scorm.test.mjs.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { strFromU8 } from 'fflate';
import { validateXML } from 'xmllint-wasm';
import { keyOf, pack, unpack } from '../../build/lms/pack.js';
import { interactionOf, standingOf } from '../../build/lms/results.js';
import { packages, patternOf } from '../../web/lms/package.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folders = {
  dist: join(root, 'web/dist'),
  lms: join(root, 'build/lms'),
  schemas: join(root, 'build/scorm-schemas'),
};
const lesson = '01-01-why-deep-learning';

let made;
before(async () => {
  made = await packages(folders);
});

/** The files of a standard's schemas. */
const schemaFiles = (folder) =>
  readdirSync(join(folders.schemas, folder))
    .filter((name) => name.endsWith('.xsd'))
    .map((fileName) => ({
      fileName,
      contents: readFileSync(join(folders.schemas, folder, fileName), 'utf8'),
    }));

/** A schema that imports the standard's, because a manifest mixes their names. */
const wrapper = (imports) => ({
  fileName: 'all.xsd',
  contents: `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">${imports
    .map(([name, file]) => `<xs:import namespace="${name}" schemaLocation="${file}"/>`)
    .join('')}</xs:schema>`,
});

const standards = {
  1.2: {
    folder: 'scorm12edition',
    imports: [
      ['http://www.imsproject.org/xsd/imscp_rootv1p1p2', 'imscp_rootv1p1p2.xsd'],
      ['http://www.adlnet.org/xsd/adlcp_rootv1p2', 'adlcp_rootv1p2.xsd'],
    ],
  },
  2004: {
    folder: 'scorm20044thedition',
    imports: [
      ['http://www.imsglobal.org/xsd/imscp_v1p1', 'imscp_v1p1.xsd'],
      ['http://www.adlnet.org/xsd/adlcp_v1p3', 'adlcp_v1p3.xsd'],
      ['http://www.imsglobal.org/xsd/imsss', 'imsss_v1p0.xsd'],
    ],
  },
};

async function errorsOf(standard, text) {
  const { folder, imports } = standards[standard];
  const { errors } = await validateXML({
    xml: [{ fileName: 'imsmanifest.xml', contents: text }],
    schema: [wrapper(imports)],
    preload: schemaFiles(folder),
  });
  return errors.map(({ rawMessage }) => rawMessage);
}

test('manifests are valid by the standards, which refuse a spoilt one', async () => {
  for (const [name, files] of made) {
    const standard = name.endsWith('1.2') ? '1.2' : '2004';
    const text = strFromU8(files.get('imsmanifest.xml'));
    assert.deepEqual(await errorsOf(standard, text), [], name);
    const spoilt = text
      .replace('<organizations', '<organisations')
      .replace('</organizations', '</organisations');
    assert.notDeepEqual(await errorsOf(standard, spoilt), []);
    const unreferenced = text.replace(/identifier="launch"/, 'identifier="1 launch"');
    assert.notDeepEqual(await errorsOf(standard, unreferenced), []);
  }
});

test('packages hold what the manifest names, and nothing that a frame cannot run', () => {
  const pages = readdirSync(join(folders.dist, 'lessons')).filter((name) => name.endsWith('.html'));
  const names = ['course', ...pages.map((name) => name.replace('.html', ''))];
  assert.deepEqual(
    [...made.keys()].sort(),
    ['1.2', '2004'].flatMap((each) => names.map((name) => `${name}.scorm${each}`)).sort(),
  );
  const written = pages.map((name) => readFileSync(join(folders.dist, 'lessons', name), 'utf8'));
  const allModules = new Set(written.map((text) => /data-module="[^"]*"/.exec(text)?.[0])).size;
  for (const [name, files] of made) {
    const text = strFromU8(files.get('imsmanifest.xml'));
    const named = [...text.matchAll(/<file href="([^"]*)"/g)].map((match) => match[1]);
    const others = [...files.keys()].filter((each) => !named.includes(each));
    assert.ok(named.every((each) => files.has(each)));
    assert.ok(
      others.every((each) => /^(imsmanifest\.xml|[^/]*\.(xsd|dtd))$/.test(each)),
      name,
    );
    const modules = named.filter((each) => /^wasm\/demos-.*\.wasm$/.test(each));
    assert.equal(modules.length, name.startsWith('course') ? allModules : 1, name);
    assert.ok(named.includes('launch.html'));
    assert.ok(
      !named.some((each) => /fast|engine-|\.mjs$|^sw\.js$|^offline\.html$/.test(each)),
      name,
    );
    assert.ok(!strFromU8(files.get('runtime/engine.js')).includes('.mjs'));
    assert.equal(files.has('quiz/catalogue.json'), name.startsWith('course'));
  }
});

test('pages in packages link only to pages in the package, and to the web in new windows', () => {
  for (const files of made.values()) {
    for (const [page, bytes] of files) {
      if (!page.startsWith('lessons/') && page !== 'index.html') continue;
      for (const [link, href] of strFromU8(bytes).matchAll(/<a [^>]*href="([^"]*)"[^>]*>/g)) {
        if (/^https?:/.test(href)) assert.match(link, /target="_blank" rel="noopener"/);
        else {
          const target = new URL(href, `file:///${page}`).pathname.slice(1);
          assert.ok(files.has(target), `${page}: ${href}`);
        }
      }
    }
  }
});

test('a package counts the questions that its pages ask, each once', () => {
  const contents = JSON.parse(strFromU8(made.get(`${lesson}.scorm1.2`).get('lms/contents.json')));
  const bank = JSON.parse(readFileSync(join(folders.dist, `quiz/${lesson}.json`), 'utf8'));
  const ids = contents.questions.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(bank.quick_check.every((id) => ids.includes(id)));
  assert.ok(contents.questions.every((question) => question.lesson === lesson));
});

test('right answers are written as each standard wants them', () => {
  const several = {
    type: 'multiple',
    options: [{ correct: true }, { correct: false }, { correct: true }],
  };
  assert.equal(patternOf(several, '1.2'), '0,2');
  assert.equal(patternOf(several, '2004'), '0[,]2');
  const number = { type: 'numeric', answer: { value: 3, tolerance: 0.5 } };
  assert.equal(patternOf(number, '1.2'), '3');
  assert.equal(patternOf(number, '2004'), '2.5[:]3.5');
  assert.equal(patternOf({ type: 'order', options: [{}, {}, {}] }, '1.2'), '0,1,2');
  assert.equal(patternOf({ type: 'do', answer: {} }, '1.2'), '');
  assert.equal(patternOf({ ...number, variant: { a: [1, 2] } }, '2004'), '');
});

// ---- Packed answers ------------------------------------------------------------------------------

/** The same numbers for the same seed. */
function generator(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function randomAnswer(random) {
  const phase = ['open', 'wrong', 'right', 'revealed'][random(4)];
  const list = (most) => Array.from({ length: random(most) }, () => random(12));
  return {
    phase,
    tries: random(4),
    chosen: list(5),
    entered: ['', '0.8', '2/3', 'two lines\nof text; |{},~', '\u2212\u00bd \u{1f600}'][random(5)],
    hint_shown: random(2) === 1,
    ...(random(3) === 0 && { placed: list(6) }),
    ...(random(3) === 0 && { confidence: ['sure', 'unsure'][random(2)] }),
    ...(random(3) === 0 && { draw: random(2 ** 32) }),
    ...(random(9) === 0 && { 'not yet known': { a: [1, ';'] } }),
  };
}

const manyIds = (count) => Array.from({ length: count }, (_, k) => `question-number-${k}`);

test('answers of any kind come back from the packed text as they were', () => {
  const random = generator(1);
  for (let round = 0; round < 300; round++) {
    const ids = manyIds(1 + random(30));
    const answers = new Map(
      ids.filter(() => random(2) === 1).map((id) => [id, randomAnswer(random)]),
    );
    const { text, dropped } = pack(answers, ids, 1, 64_000);
    assert.match(text, /^[ -~]*$/);
    assert.equal(dropped, 0);
    assert.deepEqual(unpack(text, ids), { answers, version: 1 });
    // Other questions come and go.
    const others = [...ids.slice(1), 'a-new-one'];
    answers.delete(ids[0]);
    assert.deepEqual(unpack(text, others).answers, answers);
  }
});

test('no more than the limit is written, and what is dropped is counted', () => {
  const random = generator(2);
  const ids = manyIds(500);
  const answers = new Map(ids.map((id) => [id, randomAnswer(random)]));
  const { text, dropped } = pack(answers, ids, 1, 4096);
  assert.ok(text.length <= 4096 && text.length > 4000);
  const back = unpack(text, ids).answers;
  assert.equal(back.size, ids.length - dropped);
  for (const [id, answer] of back) assert.deepEqual(answer, answers.get(id));
});

test('a finished course of 60 lessons with six questions each fits into SCORM 1.2', () => {
  const ids = manyIds(360);
  const answer = { phase: 'right', tries: 1, chosen: [2], entered: '', hint_shown: false };
  const answers = new Map(ids.map((id) => [id, answer]));
  assert.equal(pack(answers, ids, 1, 4096).dropped, 0);
});

test('a text that is cut or foreign is refused or read in part, never guessed at', () => {
  const ids = manyIds(5);
  const random = generator(3);
  const answers = new Map(ids.map((id) => [id, randomAnswer(random)]));
  const { text } = pack(answers, ids, 1, 4096);
  for (let length = 0; length < text.length; length++) {
    const read = unpack(text.slice(0, length), ids);
    for (const [id, answer] of read?.answers ?? []) assert.deepEqual(answer, answers.get(id));
  }
  for (const foreign of ['', '{"version":1}', 'viewed=1,2,3|lastviewedslide=3', '1|????', '1|%']) {
    assert.equal(unpack(foreign, ids), null);
  }
  assert.equal(new Set(manyIds(200).map(keyOf)).size, 200);
});

// ---- Results -------------------------------------------------------------------------------------

const blank = { phase: 'open', tries: 0, chosen: [], entered: '', hint_shown: false };
const contents = {
  pass: 0.5,
  questions: ['a', 'b'].map((id) => ({ id, lesson: 'l', type: 'single', pattern: '0' })),
};

test('the score is the share right at the first try; passing waits for the end', () => {
  const standing = (answers, finished = false) =>
    standingOf(new Map(Object.entries(answers)), contents, finished);
  const first = { ...blank, phase: 'right', tries: 1 };
  const second = { ...blank, phase: 'right', tries: 2 };
  assert.deepEqual(standing({}), { total: 2, done: 0, right: 0, finished: false, passed: false });
  const half = { total: 2, done: 1, right: 1, finished: false, passed: true };
  assert.deepEqual(standing({ a: first }), half);
  assert.deepEqual(standing({ a: first, b: second }), { ...half, done: 2, finished: true });
  // Opened again after the end.
  assert.equal(standing({ a: first, b: { ...second, phase: 'open' } }, true).finished, true);
});

test('each graded try is one entry, in the form of its type', () => {
  const time = new Date(0);
  const entry = (type, more) =>
    interactionOf(
      { id: 'q', lesson: 'l', type, pattern: 'p' },
      blank,
      { ...blank, phase: 'wrong', tries: 1, ...more },
      time,
    );
  const of = (type, more) => {
    const { type: kind, response } = entry(type, more);
    return [kind, ...response];
  };
  assert.deepEqual(of('single', { chosen: [11] }), ['choice', 'b']);
  assert.deepEqual(of('numeric', { entered: ' \u22120,5 ' }), ['numeric', '-0.5']);
  assert.deepEqual(of('predict', { entered: '.5' }), ['numeric', '0.5']);
  assert.deepEqual(of('numeric', { entered: '2/3' }), ['fill-in', '2/3']);
  assert.deepEqual(of('order', { placed: [2, 0, 1] }), ['sequencing', '2', '0', '1']);
  assert.deepEqual(of('match', { placed: [1, 0] }), ['matching', '0.1', '1.0']);
  assert.deepEqual(of('fill', { entered: 'one\ntwo' }), ['fill-in', 'one two']);
  assert.deepEqual(of('do', { entered: 'loss:0.2' }), ['performance', 'loss:0.2']);
  assert.equal(entry('single', { tries: 0, phase: 'open' }), null);
  assert.equal(entry('numeric', { entered: '2/3' }).pattern, '');
});
