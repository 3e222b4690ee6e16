// Texts of questions as other programs read them: HTML, with formulas as MathJax finds them.

import { escapeHtml } from '../site/html.mjs';
import { splitText } from '../site/quiz-html.mjs';

/** Our text, which is plain with formulas between dollar signs, as HTML with \( … \). */
export const htmlText = (text) =>
  splitText(text)
    .map((part) => (part.formula ? `\\(${escapeHtml(part.text)}\\)` : lines(part.text)))
    .join('');

const lines = (text) => escapeHtml(text).replace(/\n/g, '<br>');

/** A question's prompt and, under it, its program. */
export const htmlPrompt = ({ prompt, code }) =>
  htmlText(prompt) + (code ? `<pre><code>${lines(code.trimEnd())}</code></pre>` : '');

/** A number without an exponent, which not every reader knows. */
export function decimalText(number) {
  const text = String(number);
  if (!text.includes('e')) return text;
  return number.toFixed(20).replace(/\.?0+$/, '');
}
