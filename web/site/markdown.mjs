// Lesson Markdown: containers (`::: demo …`), citations (`[^id]`), formulas, code and links.
// parse() serves the checks, render() the pages; both use the same instance.

import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import MarkdownIt from 'markdown-it';
import anchor from 'markdown-it-anchor';
import container from 'markdown-it-container';
import texmath from 'markdown-it-texmath';
import katex from 'katex';
import { escapeHtml } from './html.mjs';
import { renderFormula } from './maths.mjs';
import { renderQuiz } from './quiz-html.mjs';
import { containerState, readInfo, renderNumber, renderOutcome } from './runs.mjs';

/** Call-outs: an aside with a label; the rest of the container's line is its title. */
const callouts = {
  opening: 'Before you read',
  note: 'Note',
  tip: 'Tip',
  definition: 'Definition',
  theorem: 'Theorem',
  example: 'Example',
  aside: 'Aside',
};

/** What a reader opens on purpose. */
const folded = { solution: 'Solution', proof: 'Proof' };

export const containerNames = ['demo', 'quiz', 'check', 'code', 'exercise'].concat(
  Object.keys(folded),
  Object.keys(callouts),
);

export function slugify(text) {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
}

/** Where the glossary explains a term: [feature](#term-feature) leads there. */
export const termId = (term) => `term-${slugify(term)}`;

/**
 * @param {{styles: import('./style-classes.mjs').StyleClasses, code: (code: string, lang: string) => string}} tools
 */
export function createMarkdown({ styles, code }) {
  const md = new MarkdownIt({ html: false, typographer: true, quotes: '“”‘’' });
  md.use(anchor, {
    level: [2, 3],
    slugify,
    tabIndex: false,
    permalink: anchor.permalink.headerLink({ class: 'heading-link' }),
  });
  addFormulas(md, styles);
  addContainers(md, styles, code);
  addCitations(md);
  addNumbers(md);
  md.renderer.rules.fence = (tokens, i) => code(tokens[i].content, tokens[i].info.trim());
  md.renderer.rules.table_open = () => '<div class="table-scroll"><table>\n';
  md.renderer.rules.table_close = () => '</table></div>\n';
  for (const cell of ['th_open', 'td_open']) {
    md.renderer.rules[cell] = (tokens, i, options, env, self) =>
      styles.rewrite(self.renderToken(tokens, i, options));
  }
  md.renderer.rules.link_open = (tokens, i, options, env, self) => {
    tokens[i].attrSet('href', pageLink(tokens[i].attrGet('href')));
    return self.renderToken(tokens, i, options);
  };
  return md;
}

/** Links between lessons are written as links between their files, which editors can follow. */
const lessonLink = /^\.\.\/([\w-]+)\/lesson\.md(#.*)?$/;

export function lessonLinkTarget(href) {
  const match = lessonLink.exec(href);
  return match ? { slug: match[1], anchor: (match[2] ?? '').slice(1) } : null;
}

function pageLink(href) {
  return href.replace(lessonLink, (_, slug, fragment = '') => `${slug}.html${fragment}`);
}

function addFormulas(md, styles) {
  md.use(texmath, { engine: katex, delimiters: 'dollars' });
  const rules = md.renderer.rules;
  rules.math_inline = (tokens, i) => renderFormula(tokens[i].content, false, styles);
  const display = (tokens, i) =>
    `<div class="formula">${renderFormula(tokens[i].content, true, styles)}</div>\n`;
  rules.math_inline_double = (tokens, i) => renderFormula(tokens[i].content, true, styles);
  rules.math_block = display;
  rules.math_block_eqno = display;
}

const withoutScripts =
  '<noscript><p>This figure runs in your browser and needs JavaScript. ' +
  'What it comes to stands here.</p></noscript>\n';

function addContainers(md, styles, code) {
  const add = (name, open, close) => {
    const render = (tokens, i, options, env) => {
      if (tokens[i].nesting === -1) return typeof close === 'string' ? close : close(env);
      return open(readInfo(tokens[i].info), env);
    };
    md.use(container, name, { render });
  };
  for (const [name, label] of Object.entries(callouts)) {
    add(name, ({ words }) => calloutStart(name, label, words.join(' ')), '</div>\n');
  }
  add(
    'exercise',
    () => '<section class="exercise">\n<p class="exercise-label"></p>\n',
    '</section>\n',
  );
  for (const [name, label] of Object.entries(folded)) {
    add(name, () => `<details class="${name}"><summary>${label}</summary>\n`, '</details>\n');
  }
  add('demo', demoStart, (env) => demoEnd(env, styles));
  add('quiz', (_, env) => quickCheck(env, styles, code), '');
  add('check', ({ words }, env) => inlineCheck(words[0], env, styles, code), '');
  add(
    'code',
    ({ params }, env) => programStart(params.file, env.root, code),
    '</figcaption></figure>\n',
  );
  md.core.ruler.push('demo_stage', openStages);
  md.renderer.rules.demo_stage = (tokens, i) => {
    const { wide = 480, medium = 640, narrow = 900, predict } = tokens[i].meta;
    const heights = `--wide:${wide}px;--medium:${medium}px;--narrow:${narrow}px`;
    const stage = `<div class="grad-stage" style="${heights}">`;
    // Who is asked for a guess does not stumble over the answer.
    const fold = predict ? '<details class="outcome"><summary>What it comes to</summary>\n' : '';
    return `</figcaption>\n${styles.rewrite(stage)}\n${withoutScripts}${fold}`;
  };
}

function calloutStart(name, label, title) {
  const heading = title
    ? `<span class="callout-label">${label}.</span> ${escapeHtml(title)}`
    : `<span class="callout-label">${label}</span>`;
  return `<div class="callout ${name}" role="note">\n<p class="callout-title">${heading}</p>\n`;
}

function demoStart({ words, params }, env) {
  const id = params.id ?? words[0];
  const state = containerState(params);
  env.demo = { name: words[0], params }; // demos do not nest
  const attributes = [`id="${id}"`, `name="${words[0]}"`];
  if (state) attributes.push(`params="${escapeHtml(state)}"`);
  if (params.predict) attributes.push(`predict="${params.predict}"`);
  attributes.push(`results="../results/${words[0]}.json"`);
  const title = escapeHtml(env.demos.get(words[0]).title);
  return (
    `<grad-demo ${attributes.join(' ')}><figure class="demo">\n` +
    `<figcaption><p class="demo-title">${title}</p>\n`
  );
}

/** At the end of the stage stands what the demo comes to, until the runtime takes its place. */
function demoEnd(env, styles) {
  const { name, params } = env.demo;
  const outcome = renderOutcome(name, params, env, styles);
  return `${outcome}${params.predict ? '</details>\n' : ''}</div>\n</figure></grad-demo>\n`;
}

/** A program as the tests run it; the container's text is its caption. */
function programStart(file, root, code) {
  const text = readFileSync(join(root, file), 'utf8');
  const lang = file.endsWith('.py') ? 'python' : 'cpp';
  return (
    `<figure class="program">\n${code(text, lang)}\n` +
    `<figcaption><p class="program-file">${escapeHtml(basename(file))}</p>\n`
  );
}

/** The first paragraph of a demo container is its task; what follows stands on the stage. */
function openStages(state) {
  const { tokens } = state;
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i].type !== 'container_demo_open') continue;
    const end = tokens.findIndex((token, k) => k > i && token.type === 'paragraph_close');
    if (end < 0) return;
    const stage = new state.Token('demo_stage', '', 0);
    stage.meta = readInfo(tokens[i].info).params;
    tokens.splice(end + 1, 0, stage);
  }
}

function quickCheck(env, styles, code) {
  const questions = env.lesson.quickCheck.map((id) => env.questions.get(id));
  return `<section class="quick-check" aria-label="Quick check">\n${renderQuiz(env.lesson, questions, styles, code)}</section>\n`;
}

function inlineCheck(id, env, styles, code) {
  return `<section class="inline-check">${renderQuiz(env.lesson, [env.questions.get(id)], styles, code)}</section>\n`;
}

function addCitations(md) {
  md.inline.ruler.before('link', 'citation', (state, silent) => {
    const match = /^\[\^([\w-]+)\]/.exec(state.src.slice(state.pos));
    if (!match) return false;
    if (!silent) state.push('citation', '', 0).content = match[1];
    state.pos += match[0].length;
    return true;
  });
  md.renderer.rules.citation = (tokens, i, options, env) => citation(tokens[i].content, env);
}

/** "{{demo n=200: readout}}": a number that the build computes. */
function addNumbers(md) {
  md.inline.ruler.before('link', 'computed', (state, silent) => {
    const match = /^\{\{([^{}\n]*)\}\}/.exec(state.src.slice(state.pos));
    if (!match) return false;
    if (!silent) state.push('computed', '', 0).content = match[1];
    state.pos += match[0].length;
    return true;
  });
  md.renderer.rules.computed = (tokens, i, options, env) => renderNumber(tokens[i].content, env);
}

/** A number and, the first time, a margin note; on a narrow page CSS shows author and year. */
function citation(id, env) {
  const number = env.lesson.citations.indexOf(id) + 1;
  const source = env.lesson.sources.find((candidate) => candidate.id === id);
  const first = !env.cited.has(id);
  env.cited.add(id);
  const anchorId = first ? ` id="cite-${id}"` : '';
  const link =
    `<a class="cite-link" href="#source-${id}"${anchorId}>` +
    `<span class="cite-short">${escapeHtml(source.short)}</span>` +
    `<sup class="cite-number">${number}</sup></a>`;
  const note = first
    ? `<span class="margin-note"><span class="margin-number">${number}</span> ${escapeHtml(source.text)}</span>`
    : '';
  return `<span class="cite">${link}${note}</span>`;
}
