// Questions whose numbers are drawn. The C++ engine draws them and computes the keys; the build shows
// one draw, with marks ("slots") where the page puts other numbers in.

import { escapeHtml } from './html.mjs';

const slot = /\{\{(.+?)\}\}/g;
/** Stands for a slot in formulas while they are set: digits, which stay together. */
const stand = (index) => String(9_700_000 + index);

export const withoutSlots = (text) => text.replace(slot, '1');

/** `text` with its slots filled. */
export function fillSlots(text, slots) {
  return text.replace(slot, (_, expression) => slots[expression] ?? '');
}

/** Renders a text with slots by `render`, which knows nothing of them. */
export function renderSlots(text, slots, render) {
  const expressions = [];
  const marked = text.replace(slot, (_, expression) => stand(expressions.push(expression) - 1));
  let html = render(marked);
  for (const [i, expression] of expressions.entries()) {
    const attribute = `data-slot="${escapeHtml(expression)}"`;
    const value = escapeHtml(slots[expression] ?? '');
    html = html
      .replaceAll(`<mn>${stand(i)}</mn>`, `<mn ${attribute}>${value}</mn>`)
      .replace(/<annotation [^>]*>[^<]*<\/annotation>/g, (all) => all.replaceAll(stand(i), value))
      .replaceAll(stand(i), `<span ${attribute}>${value}</span>`);
  }
  return html;
}

const mostRuns = 32;

/**
 * The runs of a prediction: one, or with variants one for each combination of what its state names.
 *
 * @returns {string[] | null} state texts; null if a variant's state names what is no list or range
 */
export function predictedStates({ answer, variant }) {
  if (!variant) return [answer.state];
  const names = [...new Set([...answer.state.matchAll(slot)].map((match) => match[1]))];
  let states = [answer.state];
  for (const name of names) {
    const values = valuesOf(variant[name]);
    if (values === null) return null;
    states = states.flatMap((state) =>
      values.map((value) => state.replaceAll(`{{${name}}}`, String(value))),
    );
    if (states.length > mostRuns) return null;
  }
  return states;
}

/** Rounded as the engine does. */
function valuesOf(drawn) {
  if (Array.isArray(drawn)) return drawn;
  if (typeof drawn !== 'object') return null;
  const { from, to, step = 1 } = drawn;
  const count = Math.floor((to - from) / step + 1e-9) + 1;
  if (!(count >= 2 && count <= mostRuns)) return null;
  return Array.from({ length: count }, (_, i) => Number((from + step * i).toPrecision(12)));
}
