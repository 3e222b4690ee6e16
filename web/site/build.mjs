// Builds the reading site into web/dist: checks the course, computes what its demos come to, renders
// the pages, compiles the question banks, collects the styles and cuts the faces down to what the
// pages use.
//
//   node web/site/build.mjs            build
//   node web/site/build.mjs --check    check the sources only

import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import Eleventy from '@11ty/eleventy';
import { writeServiceWorker } from '../offline/make.mjs';
import {
  catalogue,
  courseBank,
  lessonBank,
  predictions,
  setDraws,
  setKeys,
  setLabels,
} from './bank.mjs';
import { loadCourse } from './course.mjs';
import { configure } from './eleventy.config.mjs';
import { makeFonts } from './fonts.mjs';
import { createCodeRenderer } from './highlight.mjs';
import { createMarkdown } from './markdown.mjs';
import { renderQuiz } from './quiz-html.mjs';
import { BuildError, CourseError } from './problems.mjs';
import { NativeProgram, resultFiles, runKey } from './results.mjs';
import { unknownNumbers } from './runs.mjs';
import { StyleClasses } from './style-classes.mjs';
import { tokensCss } from './tokens.mjs';

export const repository = fileURLToPath(new URL('../..', import.meta.url));
const require = createRequire(import.meta.url);

/** Reads and checks the course. Throws CourseError listing everything that is wrong. */
export async function checkCourse(root = repository, native = new NativeProgram(root)) {
  const styles = new StyleClasses();
  const code = await createCodeRenderer(styles);
  const md = createMarkdown({ styles, code });
  const course = loadCourse(root, md, await native.describe());
  if (course.problems.length > 0) throw new CourseError(course.problems);
  return { course, md, styles, code };
}

/**
 * Builds everything but the scripts (tsc does those) and the C++ modules (copied if built).
 *
 * @param {{describe: () => Promise, record: (runs: object[]) => Promise}} native what runs the demos
 */
export async function buildSite(
  root = repository,
  dist = join(root, 'web/dist'),
  native = new NativeProgram(root),
) {
  const { course, md, styles, code } = await checkCourse(root, native);
  const runs = course.lessons.flatMap((lesson) => lesson.runs);
  const predicted = predictions(course);
  const results = await native.record([...runs, ...predicted]);
  const unknown = course.lessons.flatMap((lesson) => unknownNumbers(lesson, results));
  unknown.push(...setKeys(predicted, results));
  if (unknown.length > 0) throw new CourseError(unknown);
  setLabels(course);
  await setDraws(course, native);
  const base = process.env.SITE_BASE ?? '/';
  const pages = await renderPages(root, dist, { course, md, results, base });
  await writeFiles(join(dist, 'results'), resultFiles(shownOf(runs, results)));
  const forms = questionForms(course, styles, code);
  pages.push(...[...forms.values()].flatMap(({ forms: each }) => Object.values(each)));
  const fonts = await makeFonts(pages);
  await writeFiles(join(dist, 'fonts'), fonts.files);
  await writeFiles(
    join(dist, 'css'),
    new Map([['site.css', await siteCss(fonts.css, styles, pages)], ...(await pageCss())]),
  );
  await writeFiles(join(dist, 'quiz'), banks(course));
  const files = [...forms].map(([slug, each]) => [`${slug}.json`, JSON.stringify(each)]);
  await writeFiles(join(dist, 'quiz/forms'), new Map(files));
  await mkdir(join(dist, 'site'), { recursive: true });
  await cp(join(repository, 'web/site/pages/icon.svg'), join(dist, 'site/icon.svg'));
  await copyModules(root, dist);
  await writeServiceWorker(dist);
  return course;
}

/** What belongs to demos and presets, without what only numbers in the text are taken from. */
function shownOf(runs, results) {
  const shown = runs.filter((run) => run.shown).map(runKey);
  return new Map([...results].filter(([key]) => shown.includes(key)));
}

async function renderPages(root, dist, site) {
  const input = relative(process.cwd(), join(root, 'lessons')) || '.';
  const eleventy = new Eleventy(input, relative(process.cwd(), dist), {
    quietMode: true,
    config: configure({ ...site, layouts: relative(join(root, 'lessons'), layouts) }),
  });
  await eleventy.init();
  const written = await eleventy.toJSON();
  await rm(join(dist, 'lessons'), { recursive: true, force: true });
  for (const page of written) {
    await mkdir(dirname(page.outputPath), { recursive: true });
    await writeFile(page.outputPath, page.content);
  }
  return written.map((page) => page.content);
}

const layouts = fileURLToPath(new URL('layouts', import.meta.url));
/** In this order; further ones in web/css follow by name. */
const styleSheets = ['base', 'layout', 'prose', 'figures', 'quiz', 'print'];

async function siteCss(fontFaces, styles, pages) {
  const tokens = JSON.parse(await readFile(join(repository, 'web/tokens.json'), 'utf8'));
  const katex = await readFile(require.resolve('katex/dist/katex.min.css'), 'utf8');
  const folder = join(repository, 'web/css');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.css')).sort();
  const ordered = new Set([...styleSheets.map((name) => `${name}.css`), ...names]);
  const own = await Promise.all([...ordered].map((name) => readFile(join(folder, name), 'utf8')));
  const parts = [
    fontFaces,
    tokensCss(tokens),
    onlyUsed(katex.replace(/@font-face\{[^}]*\}/g, ''), pages),
    ...own,
    styles.css(),
  ];
  return parts.join('\n').replace(/\/\*[\s\S]*?\*\//g, '');
}

/** Styles of single pages, in files of their own. */
async function pageCss() {
  const folder = join(repository, 'web/css/pages');
  const names = (await readdir(folder)).sort();
  return Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')]));
}

/**
 * For pages that ask questions of all lessons: by slug the lesson's title, the form of each of its
 * questions by id, and the demos in which its tasks are done.
 */
function questionForms({ lessons, questions, demos }, styles, code) {
  const forms = lessons.map((lesson) => {
    const own = [...questions.values()].filter((question) => question.lesson === lesson.slug);
    const html = own.map((question) => [question.id, renderQuiz(lesson, [question], styles, code)]);
    const tasks = own
      .filter(({ type }) => type === 'do')
      .map(({ id, answer: { demo } }) => [id, { name: demo, ...demos.get(demo) }]);
    const [forms, places] = [html, tasks].map(Object.fromEntries);
    return [lesson.slug, { title: lesson.title, forms, tasks: places }];
  });
  return new Map(forms);
}

/** The rules of a flat style sheet that name no class, or whose classes all occur in the pages. */
function onlyUsed(css, pages) {
  const lists = pages.flatMap((html) => [...html.matchAll(/\sclass="([^"]*)"/g)]);
  const used = new Set(lists.flatMap((match) => match[1].split(' ')));
  const applies = (selector) =>
    [...selector.replace(/:not\([^)]*\)/g, '').matchAll(/\.([a-zA-Z][\w-]*)/g)].every((match) =>
      used.has(match[1]),
    );
  return css.replace(/([^{}]+)(\{[^{}]*\})/g, (_, selectors, body) => {
    const kept = selectors.split(',').filter(applies);
    return kept.length > 0 ? kept.join(',') + body : '';
  });
}

function banks(course) {
  const files = course.lessons.map((lesson) => [`${lesson.slug}.json`, lessonBank(lesson)]);
  files.push(['bank.json', courseBank(course.lessons)]);
  files.push(['catalogue.json', catalogue(course.lessons)]);
  return new Map(files.map(([name, bank]) => [name, JSON.stringify(bank)]));
}

async function copyModules(root, dist) {
  await rm(join(dist, 'wasm'), { recursive: true, force: true });
  for (const preset of ['web-simd', 'web-fast']) {
    const from = join(root, 'build', preset);
    if (!existsSync(from)) continue;
    const names = (await readdir(from)).filter((name) =>
      /^(demos-\d+|engine|quiz)-.*\.(mjs|wasm)$/.test(name),
    );
    for (const name of names) await cp(join(from, name), join(dist, 'wasm', name));
  }
}

async function writeFiles(folder, files) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [name, content] of files) await writeFile(join(folder, name), content);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    if (process.argv.includes('--check')) await checkCourse();
    else await buildSite();
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
