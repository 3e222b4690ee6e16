// The runs that lessons show or speak of: those of their demos and presets, and computed numbers in
// the text, "{{feature-ceiling n=200: product_accuracy}}". Finds them, checks them, writes numbers
// and outcomes into pages. results.mjs computes them.

import { escapeHtml } from './html.mjs';
import { problem } from './problems.mjs';
import { renderText } from './quiz-html.mjs';
import { canonicalState, runKey, stateOf } from './results.mjs';

/** What a demo container says about its figure rather than about the run. */
export const figureParams = ['id', 'wide', 'medium', 'narrow', 'predict'];

/** Splits "demo feature-ceiling n=200" into its kind, plain words and key=value pairs. */
export function readInfo(info) {
  const [kind, ...rest] = info.trim().split(/\s+/);
  const params = {};
  const words = [];
  for (const word of rest) {
    const match = /^([A-Za-z_][\w-]*)=(\S*)$/.exec(word);
    if (match) params[match[1]] = match[2];
    else words.push(word);
  }
  return { kind, words, params };
}

/** The state with which a demo container begins. */
export function containerState(params) {
  const own = Object.entries(params).filter(([name]) => !figureParams.includes(name));
  return stateOf(Object.fromEntries(own));
}

/**
 * "feature-ceiling n=200 seed=3: product_accuracy % .1": the run, the read-out, then how it is
 * written: as a percentage, with so many decimals instead of the read-out's own.
 */
export function readNumber(text) {
  const match = /^([^:]*):\s*(\w+)(\s+%)?(\s+\.\d)?$/.exec(text.trim());
  if (!match) return null;
  const { kind: demo, words, params } = readInfo(match[1]);
  if (!demo || words.length > 0) return null;
  const decimals = match[4] ? Number(match[4].trim().slice(1)) : null;
  return { demo, text: stateOf(params), readout: match[2], percent: Boolean(match[3]), decimals };
}

/**
 * The runs of a lesson: `shown` by a demo or a `preset` of one, or not; `demo`, `text` as its author
 * wrote the state, `line`, and for a number its `readout`.
 */
function findRuns({ tokens, bodyLine }) {
  const runs = [];
  const demos = new Map(); // by id
  for (const token of tokens) {
    let line = bodyLine + (token.map?.[0] ?? 0);
    if (token.type === 'container_demo_open') {
      const { words, params } = readInfo(token.info);
      demos.set(params.id ?? words[0], words[0]);
      runs.push({ shown: true, demo: words[0], text: containerState(params), line });
    }
    for (const child of token.children ?? []) {
      if (child.type === 'softbreak' || child.type === 'hardbreak') line++;
      const preset = child.type === 'link_open' && presetLink.exec(child.attrGet('href'));
      if (preset) runs.push({ shown: true, preset: true, id: preset[1], text: preset[2], line });
      const number = child.type === 'computed' && readNumber(child.content);
      if (number) runs.push({ shown: false, ...number, line });
    }
  }
  // Demos first: they need all of a run, and presets may stand before them.
  const named = runs.map(({ id, ...run }) => (id ? { demo: demos.get(id), ...run } : run));
  return named.sort((a, b) => Boolean(a.preset) - Boolean(b.preset));
}

/** A link "?demo=param:value,…#demo" sets a demo of the same page. */
export const presetLink = /^\?([\w-]+)=([\w.:,+-]+)#([\w-]+)$/;

/**
 * The runs of a lesson with their states in canonical form; what is wrong with one is reported and
 * the run left out. So is a preset that only looks elsewhere in a run that is there.
 *
 * @param {Map<string, object>} described demos as results.mjs describes them
 */
export function checkRuns(lesson, described, problems) {
  const runs = [];
  for (const run of findRuns(lesson)) {
    const demo = described.get(run.demo);
    const report = (message) => problems.push(problem(lesson.file, run.line, message));
    if (!demo) {
      if (!run.shown)
        report(`unknown demo "${run.demo}"; there are ${[...described.keys()].join(', ')}`);
      continue; // of a container or a preset something else is said
    }
    const { state, run: whole, problems: wrong } = canonicalState(demo, run.text);
    wrong.forEach(report);
    const known = (other) => other.shown && other.demo === run.demo && other.whole === whole;
    if (run.preset && runs.some(known)) continue;
    if (run.readout && !demo.readouts.some(({ name }) => name === run.readout)) {
      const names = demo.readouts.map(({ name }) => name).join(', ');
      report(`demo "${run.demo}" has no read-out "${run.readout}"; it has ${names}`);
    } else if (wrong.length === 0) {
      runs.push({ ...run, state, whole });
    }
  }
  return runs;
}

/** Numbers that are not known at the step at which their runs stop. */
export function unknownNumbers(lesson, results) {
  return lesson.runs
    .filter((run) => run.readout && results.get(runKey(run)).readouts[run.readout] === null)
    .map(({ line, readout }) =>
      problem(lesson.file, line, `"${readout}" is not known at that step`),
    );
}

// ---- In pages ------------------------------------------------------------------------------------

/** As ui::format_number() writes it, which the figures use: "1,250", "−0.07", "–" for null. */
export function formatNumber(value, decimals) {
  if (value === null) return '–';
  const text = roundHalfEven(Math.abs(value), decimals);
  const zero = !/[1-9]/.test(text);
  const [whole, fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return (value < 0 && !zero ? '−' : '') + (fraction ? `${grouped}.${fraction}` : grouped);
}

/** toFixed(), but a tie goes to the even digit, as in C. */
function roundHalfEven(value, decimals) {
  const exact = value.toFixed(100);
  const end = exact.indexOf('.') + (decimals > 0 ? decimals + 1 : 0);
  const below = exact.slice(0, end);
  const tie = /^\.?50*$/.test(exact.slice(end));
  return tie && /[02468]$/.test(below) ? below : value.toFixed(decimals);
}

/** A read-out with its unit, or as `percent`, or with other `decimals` than its own. */
export function formatReadout(value, readout, { percent = false, decimals = null } = {}) {
  const own = percent ? Math.max(0, readout.decimals - 2) : readout.decimals;
  const unit = percent ? '%' : readout.unit;
  const number = formatNumber(percent && value !== null ? 100 * value : value, decimals ?? own);
  return unit && value !== null ? `${number}\u202f${unit}` : number;
}

/** A computed number in the text, with all its digits behind it. */
export function renderNumber(content, { described, results }) {
  const number = readNumber(content);
  const demo = described.get(number.demo);
  const { state } = canonicalState(demo, number.text);
  const value = results.get(runKey({ demo: number.demo, state })).readouts[number.readout];
  const readout = demo.readouts.find(({ name }) => name === number.readout);
  return `<data value="${value}">${formatReadout(value, readout, number)}</data>`;
}

/** What a demo comes to, for who cannot or does not yet run it. */
export function renderOutcome(name, params, { described, results }, styles) {
  const demo = described.get(name);
  const { state } = canonicalState(demo, containerState(params));
  const { narration, readouts, figures } = results.get(runKey({ demo: name, state }));
  const values = demo.readouts.map(
    (readout) =>
      `<div><dt>${renderText(readout.label, styles)}</dt>` +
      `<dd>${formatReadout(readouts[readout.name], readout)}</dd></div>`,
  );
  const tables = figures.filter(({ table }) => table.columns.length > 0).map(renderTable);
  return (
    `<div class="outcome"><p>Computed when this page was built: ${escapeHtml(narration)}</p>\n` +
    `<dl>${values.join('')}</dl>\n` +
    `<details><summary>The figures as tables</summary>\n${tables.join('')}</details></div>\n`
  );
}

function renderTable({ title, table }) {
  const head = table.columns.map((text) => `<th scope="col">${escapeHtml(text)}</th>`);
  const cells = (row) => row.map((text) => `<td>${escapeHtml(text)}</td>`).join('');
  const rows = table.rows.map((row) => `<tr>${cells(row)}</tr>`);
  return (
    `<div class="table-scroll"><table><caption>${escapeHtml(title)}</caption>` +
    `<thead><tr>${head.join('')}</tr></thead>` +
    `<tbody>${rows.join('\n')}</tbody></table></div>\n`
  );
}
