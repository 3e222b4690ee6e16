// Formulas become HTML and MathML in the build; the page runs no maths script.

import katex from 'katex';

const options = { output: 'htmlAndMathml', throwOnError: true, strict: 'ignore' };

/** What is wrong with a formula, in one sentence, or '' if it can be set. */
export function formulaProblem(tex) {
  try {
    katex.renderToString(tex, options);
    return '';
  } catch (error) {
    return error.message.replace(/^KaTeX parse error: /, '').replace(/\s+/g, ' ');
  }
}

/** @param {import('./style-classes.mjs').StyleClasses} styles */
export function renderFormula(tex, displayMode, styles) {
  return styles.rewrite(katex.renderToString(tex, { ...options, displayMode }));
}
