// The course as the site build sees it: lessons, questions and demos read from their files and
// checked. Nothing is rendered here.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { demoId, lintBody } from './lint.mjs';
import { problem } from './problems.mjs';
import { lintQuestions } from './quiz-lint.mjs';
import { checkRuns, readInfo } from './runs.mjs';
import { readYaml } from './yaml.mjs';

const schemas = new URL('.', import.meta.url);
const readSchema = (name) => JSON.parse(readFileSync(new URL(name, schemas), 'utf8'));
const lessonSchema = readSchema('lesson.schema.json');
const courseSchema = readSchema('course.schema.json');
const quizSchema = readSchema('../quiz.schema.json');

/**
 * Reads lessons/course.yml, every lessons/*\/lesson.md and quiz.yml, and src/demos/demos.inc.
 *
 * @param {string} root the repository
 * @param {import('markdown-it').default} md as createMarkdown() makes it
 * @param {Map<string, object>} described the demos as the native program describes them
 * @returns the course: `root`, `chapters` (all planned lessons in order, each with `lesson` or null),
 *   `lessons` (the written ones, each with the `runs` that it shows or speaks of), `questions` by
 *   id, `demos` (by name: title and the module that pages load for it), `described`, `problems`
 */
export function loadCourse(root, md, described) {
  const problems = [];
  const demos = readDemos(root, described, problems);
  const chapters = readChapters(root, problems);
  const planned = new Map(
    chapters.flatMap((chapter, c) =>
      chapter.lessons.map((entry, l) => [entry.slug, { ...entry, chapter: c + 1, order: l + 1 }]),
    ),
  );
  const lessons = lessonFolders(root)
    .map((slug) => readLesson(root, slug, md, planned, problems))
    .filter((lesson) => lesson !== null);
  const course = { root, chapters, lessons, demos, described, questions: new Map() };
  for (const lesson of lessons) collectQuestions(lesson, course, problems);
  problems.push(...lintIds(root, course.questions));
  for (const lesson of lessons) problems.push(...lintBody(lesson, course));
  for (const lesson of lessons) lesson.runs = checkRuns(lesson, described, problems);
  const bySlug = new Map(lessons.map((lesson) => [lesson.slug, lesson]));
  for (const chapter of chapters) {
    for (const entry of chapter.lessons) entry.lesson = bySlug.get(entry.slug) ?? null;
  }
  const order = [...planned.keys()];
  lessons.sort((a, b) => order.indexOf(a.slug) - order.indexOf(b.slug));
  return { ...course, problems };
}

function lessonFolders(root) {
  return readdirSync(join(root, 'lessons'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** Lines of the form DEMO(module, symbol, "name", "Title"). */
function readDemos(root, described, problems) {
  const file = 'src/demos/demos.inc';
  const demos = new Map();
  for (const [i, line] of readFileSync(join(root, file), 'utf8').split('\n').entries()) {
    if (/^\s*(\/\/.*)?$/.test(line)) continue;
    const match = /^\s*DEMO\((\d+),\s*\w+,\s*"([^"]+)",\s*"([^"]+)"\)/.exec(line);
    if (!match) {
      problems.push(problem(file, i + 1, 'expected DEMO(module, symbol, "name", "Title")'));
      continue;
    }
    const [, module, name, title] = match;
    demos.set(name, { title, module: `demos-${module}` });
    if (!described.has(name)) {
      problems.push(problem(file, i + 1, `the native build, being older, has no "${name}"`));
    }
  }
  return demos;
}

function readChapters(root, problems) {
  const file = 'lessons/course.yml';
  const yaml = readYaml(readFileSync(join(root, file), 'utf8'), file, courseSchema);
  problems.push(...yaml.problems);
  return yaml.data?.chapters ?? [];
}

function readLesson(root, slug, md, planned, problems) {
  const file = `lessons/${slug}/lesson.md`;
  if (!existsSync(join(root, file))) {
    problems.push(problem(file, 1, 'this file is missing'));
    return null;
  }
  const { frontMatter, body, bodyLine } = splitFrontMatter(readFileSync(join(root, file), 'utf8'));
  if (frontMatter === null) {
    problems.push(problem(file, 1, 'expected front matter between two lines "---"'));
    return null;
  }
  const yaml = readYaml(frontMatter, file, lessonSchema, 2);
  const quizFile = `lessons/${slug}/quiz.yml`;
  const quiz = readQuiz(root, quizFile, problems);
  problems.push(...yaml.problems);
  if (yaml.data === null) return null;
  const lesson = { slug, file, glossary: [], ...yaml.data, body, bodyLine, lineOf: yaml.lineOf };
  lesson.lines = body.split('\n');
  lesson.tokens = md.parse(body, {});
  lesson.headings = headingsOf(lesson);
  lesson.citations = citationsOf(lesson.tokens);
  lesson.demoIds = lesson.tokens.map(demoId).filter((id) => id !== null);
  lesson.demoPlaces = demoPlaces(lesson.tokens);
  lesson.quiz = quiz;
  lesson.quickCheck = quiz.data?.quick_check ?? [];
  lesson.asked = lesson.quickCheck.length + countChecks(lesson.tokens);
  problems.push(...lintPlace(lesson, planned, yaml.lineOf));
  return lesson;
}

/** How many questions stand in the line of the text. */
const countChecks = (tokens) => tokens.filter(({ type }) => type === 'container_check_open').length;

/** Folder, chapter, order and prerequisites must agree with lessons/course.yml. */
function lintPlace(lesson, planned, lineOf) {
  const problems = [];
  const say = (field, message) => problems.push(problem(lesson.file, lineOf(field), message));
  const entry = planned.get(lesson.slug);
  if (!entry) {
    problems.push(problem(lesson.file, 1, `lessons/course.yml does not list "${lesson.slug}"`));
    return problems;
  }
  for (const field of ['chapter', 'order', 'title']) {
    if (lesson[field] === entry[field]) continue;
    say([field], `"${field}" is ${lesson[field]}, but lessons/course.yml says ${entry[field]}`);
  }
  for (const [i, slug] of lesson.prerequisites.entries()) {
    if (!planned.has(slug)) {
      say(['prerequisites', i], `prerequisite "${slug}" is not a lesson of lessons/course.yml`);
    }
  }
  const seen = new Set();
  for (const [i, { id }] of lesson.sources.entries()) {
    if (seen.has(id)) say(['sources', i], `source "${id}" is listed twice`);
    seen.add(id);
  }
  return problems;
}

export function splitFrontMatter(text) {
  const match = /^---\n([\s\S]*?)\n---\n/.exec(text.replace(/\r\n/g, '\n'));
  if (!match) return { frontMatter: null, body: text, bodyLine: 1 };
  const body = text.replace(/\r\n/g, '\n').slice(match[0].length);
  return { frontMatter: match[1], body, bodyLine: match[0].split('\n').length };
}

function readQuiz(root, file, problems) {
  if (!existsSync(join(root, file))) {
    problems.push(problem(file, 1, 'this file is missing'));
    return { file, data: null, lineOf: () => 1 };
  }
  const yaml = readYaml(readFileSync(join(root, file), 'utf8'), file, quizSchema);
  problems.push(...yaml.problems);
  return { file, ...yaml };
}

function collectQuestions(lesson, course, problems) {
  const { data, file, lineOf } = lesson.quiz;
  if (data === null) return;
  for (const [i, question] of data.questions.entries()) {
    const line = lineOf(['questions', i, 'id']);
    const other = course.questions.get(question.id);
    if (other) {
      const place = `${other.file}:${other.line}`;
      problems.push(
        problem(file, line, `question id "${question.id}" is used before, at ${place}`),
      );
    } else {
      course.questions.set(question.id, { ...question, lesson: lesson.slug, file, line });
    }
  }
  problems.push(...lintQuestions(lesson, course.described));
}

/**
 * Saved answers, exports and statistics hang on ids, so those that readers have met are listed in a
 * file: one a line, and "id retired" for a question that is asked no more. A lesson that has one of its
 * questions in the list has them all there.
 */
function lintIds(root, questions) {
  const file = 'lessons/question-ids.txt';
  if (!existsSync(join(root, file))) return [];
  const problems = [];
  const listed = new Map();
  const lines = readFileSync(join(root, file), 'utf8').split('\n');
  for (const [i, text] of lines.entries()) {
    const [id, ...rest] = text.split(' ');
    if (id === '') continue;
    const retired = rest.join(' ') === 'retired';
    const say = (sentence) =>
      problems.push(problem(file, i + 1, `question id "${id}" ${sentence}`));
    if (listed.has(id)) say(`is listed twice, first in line ${listed.get(id)}`);
    else listed.set(id, i + 1);
    if (!retired && !questions.has(id)) {
      say(`is permanent, but no quiz.yml has it; put it back, or write "${id} retired"`);
    }
    if (retired && questions.has(id)) say('was retired; a new question needs a new id');
  }
  const all = [...questions.values()];
  const lessons = new Set(all.filter(({ id }) => listed.has(id)).map(({ lesson }) => lesson));
  for (const { id, lesson, file: home, line } of all) {
    if (listed.has(id) || !lessons.has(lesson)) continue;
    problems.push(problem(home, line, `question ${id} is not in ${file}; add a line "${id}"`));
  }
  return problems;
}

function headingsOf(lesson) {
  const headings = [];
  for (const [i, token] of lesson.tokens.entries()) {
    if (token.type !== 'heading_open') continue;
    const text = lesson.tokens[i + 1].children
      .filter((child) => ['text', 'code_inline', 'math_inline'].includes(child.type))
      .map((child) => child.content)
      .join('');
    headings.push({
      level: Number(token.tag.slice(1)),
      id: token.attrGet('id'),
      text,
      line: lesson.bodyLine + token.map[0],
    });
  }
  return headings;
}

/** By name of a demo the id of the place where the lesson first shows it. */
function demoPlaces(tokens) {
  const places = new Map();
  for (const token of tokens.filter((each) => demoId(each) !== null)) {
    const [name] = readInfo(token.info).words;
    if (!places.has(name)) places.set(name, demoId(token));
  }
  return places;
}

/** Source ids in the order of their first citation. */
function citationsOf(tokens) {
  const ids = tokens
    .flatMap((token) => token.children ?? [])
    .filter((child) => child.type === 'citation')
    .map((child) => child.content);
  return [...new Set(ids)];
}
