// Checks on the body of a lesson: containers, demos, questions, citations, links, formulas. Each
// finding names the line of lesson.md.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { formulaProblem } from './maths.mjs';
import { containerNames, lessonLinkTarget, termId } from './markdown.mjs';
import { problem } from './problems.mjs';
import { presetLink, readInfo, readNumber } from './runs.mjs';

export function lintBody(lesson, course) {
  const problems = [];
  const report = (line, message) => problems.push(problem(lesson.file, line, message));
  const used = new Map();
  lesson.tokens.forEach((token, i) => {
    const line = lesson.bodyLine + (token.map?.[0] ?? 0);
    if (/^container_\w+_open$/.test(token.type)) {
      lintContainer(token, i, line, { lesson, course, used, report });
    } else if (token.type === 'inline') {
      lintInline(token, line, { lesson, course, report });
    } else if (token.type.startsWith('math_block')) {
      lintFormula(token.content, line, report);
    } else if (token.type === 'heading_open' && !['h2', 'h3'].includes(token.tag)) {
      report(line, 'headings in a lesson are ## or ###; the title comes from the front matter');
    }
  });
  if (lesson.quickCheck.some((id) => !used.has(id))) {
    report(lesson.bodyLine, 'the quick check is not shown: no container "::: quiz"');
  }
  lintGlossary(lesson, problems);
  return problems;
}

function lintGlossary({ file, glossary, headings, lineOf }, problems) {
  const seen = new Set();
  for (const [i, { term, anchor }] of glossary.entries()) {
    const report = (message) => problems.push(problem(file, lineOf(['glossary', i]), message));
    if (seen.has(termId(term))) report(`glossary: "${term}" is explained twice`);
    if (!headings.some((heading) => heading.id === anchor)) {
      report(`glossary: "${term}" names "#${anchor}", which is no heading of this lesson`);
    }
    seen.add(termId(term));
  }
}

function lintContainer(token, index, line, { lesson, course, used, report }) {
  const { kind, words, params } = readInfo(token.info);
  if (!isClosed(token, lesson)) report(line, `container "${kind}" is not closed by a line ":::"`);
  if (kind === 'demo') lintDemo(lesson.tokens, index, words, params, line, { course, report });
  if (kind === 'code') lintProgram(words, params, line, { course, report });
  if (kind === 'quiz') lesson.quickCheck.forEach((id) => useQuestion(id, line));
  if (kind === 'check') {
    if (words.length === 1) useQuestion(words[0], line);
    else report(line, 'expected one question id: "::: check id"');
  }

  function useQuestion(id, at) {
    if (course.questions.get(id)?.lesson !== lesson.slug) {
      report(at, `no question "${id}" in ${lesson.quiz.file}`);
    } else if (used.has(id)) {
      report(at, `question "${id}" is already shown at line ${used.get(id)}`);
    }
    used.set(id, at);
  }
}

/** Only programs that the tests run may be shown, so that none can be wrong. */
function lintProgram(words, params, line, { course, report }) {
  const { file, ...others } = params;
  if (words.length > 0 || Object.keys(others).length > 0 || !isProgram.test(file ?? '')) {
    report(line, 'expected a program that the tests run: "::: code file=tests/examples/NAME.cpp"');
  } else if (!existsSync(join(course.root, file))) {
    report(line, `there is no file ${file}`);
  }
}

const isProgram = /^tests\/examples\/[\w-]+\.(cpp|py)$/;

/** markdown-it-container closes an open container at the end of its parent without a word. */
function isClosed(token, lesson) {
  return /^\s*:{3,}\s*$/.test(lesson.lines[token.map[1]] ?? '');
}

function lintDemo(tokens, index, words, params, line, { course, report }) {
  const [name] = words;
  if (!course.demos.has(name)) {
    const known = [...course.demos.keys()].join(', ');
    report(line, `unknown demo "${name ?? ''}"; src/demos/demos.inc lists: ${known}`);
    return;
  }
  const id = params.id ?? name;
  const above = tokens.slice(0, index).filter((token) => token.type === 'container_demo_open');
  if (above.some((token) => demoId(token) === id)) {
    report(line, `a demo "${id}" stands on this page before; give this one an id=`);
  }
  // A page loads one module (src/demos/demos.inc).
  const { module } = course.demos.get(name);
  for (const token of above) {
    const [other] = readInfo(token.info).words;
    const loaded = course.demos.get(other)?.module ?? module;
    if (loaded === module) continue;
    report(line, `demo "${name}" is in the module ${module}, "${other}" above in ${loaded}`);
    break;
  }
  if (words.length > 1) report(line, `"${words[1]}" is not of the form key=value`);
  for (const key of ['wide', 'medium', 'narrow']) {
    if (params[key] && !/^[1-9]\d{1,3}$/.test(params[key])) {
      report(line, `"${key}" must be a height in pixels, such as ${key}=640`);
    }
  }
  const { readouts } = course.described.get(name) ?? { readouts: [] };
  if (params.predict && !readouts.some((readout) => readout.name === params.predict)) {
    const known = readouts.map((readout) => readout.name).join(', ');
    report(line, `demo "${name}" has no read-out "${params.predict}"; it has ${known}`);
  }
  const inside = tokens.slice(index + 1).findIndex((t) => t.type === 'container_demo_close');
  const paragraphs = tokens
    .slice(index + 1, index + 1 + inside)
    .filter((token) => token.type === 'paragraph_open');
  if (paragraphs.length < 2) {
    report(line, `demo "${name}" needs a task and, as a second paragraph, what its figure shows`);
  }
}

/** The name of a demo in the address, or null if the token opens none. */
export function demoId(token) {
  if (token.type !== 'container_demo_open') return null;
  const { words, params } = readInfo(token.info);
  return params.id ?? words[0];
}

function lintInline(token, firstLine, { lesson, course, report }) {
  let line = firstLine;
  if (token.content.startsWith(':::')) {
    const { kind } = readInfo(token.content.split('\n')[0].replace(/^:+/, ''));
    if (kind) report(line, `unknown container "${kind}"; known: ${containerNames.join(', ')}`);
    else report(line, 'this line ":::" closes no container');
  }
  for (const child of token.children) {
    if (child.type === 'softbreak' || child.type === 'hardbreak') line++;
    if (child.type === 'text' && child.content.includes('$')) {
      report(line, 'a dollar sign without its partner: a formula must begin and end on one line');
    } else if (child.type === 'text' && child.content.includes('{{')) {
      report(line, 'a computed number must end with "}}" on the same line');
    } else if (child.type === 'computed') {
      if (!readNumber(child.content)) report(line, `"{{${child.content}}}" ${numberForm}`);
    } else if (child.type.startsWith('math_inline')) {
      lintFormula(child.content, line, report);
    } else if (child.type === 'citation') {
      if (!lesson.sources.some((source) => source.id === child.content)) {
        report(line, `citation [^${child.content}] has no entry in "sources"`);
      }
    } else if (child.type === 'link_open') {
      lintLink(child.attrGet('href'), line, { lesson, course, report });
    } else if (child.type === 'image') {
      lintLink(child.attrGet('src'), line, { lesson, course, report });
    }
  }
}

function lintFormula(tex, line, report) {
  const wrong = formulaProblem(tex);
  if (wrong) report(line, `formula $${tex.trim()}$: ${wrong}`);
}

function lintLink(href, line, { lesson, course, report }) {
  if (/^https?:/.test(href)) return;
  if (href.startsWith('?')) return lintPreset(href, line, { lesson, report });
  const dead = (why) => report(line, `dead link "${href}": ${why}`);
  const target = href.startsWith('#')
    ? { slug: lesson.slug, anchor: href.slice(1) }
    : lessonLinkTarget(href);
  if (!target) {
    dead('write "#section", "../CC-NN-slug/lesson.md#section" or an address with https:');
    return;
  }
  const other = course.lessons.find((candidate) => candidate.slug === target.slug);
  if (!other) dead(`there is no lesson "${target.slug}"`);
  else if (target.anchor && !anchorsOf(other).has(target.anchor)) {
    dead(`${other.file} has no heading or source of that name`);
  }
}

const numberForm = 'must have the form {{demo param=value: readout}}, then perhaps % or .2';

function lintPreset(href, line, { lesson, report }) {
  const match = presetLink.exec(href);
  if (!match || match[1] !== match[3]) {
    report(line, `"${href}" must have the form ?demo=param:value#demo`);
  } else if (!lesson.demoIds.includes(match[1])) {
    report(line, `"${href}" names no demo of this page`);
  }
}

export function anchorsOf(lesson) {
  return new Set([
    ...lesson.headings.map((heading) => heading.id),
    ...lesson.sources.map((source) => `source-${source.id}`),
    ...lesson.glossary.map(({ term }) => termId(term)),
  ]);
}
