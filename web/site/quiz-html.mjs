// Questions as an HTML form, made in the build: readable before, and without, any script. The page
// runtime finds its parts by data attributes and grades with the C++ quiz engine.

import { escapeHtml } from './html.mjs';
import { renderFormula } from './maths.mjs';

/** Question text is plain, with formulas between dollar signs. */
export function splitText(text) {
  return text.split(/\$([^$]+)\$/).map((part, i) => ({ formula: i % 2 === 1, text: part }));
}

export function renderText(text, styles) {
  return splitText(text)
    .map((part) => (part.formula ? renderFormula(part.text, false, styles) : escapeHtml(part.text)))
    .join('');
}

/** A <grad-quiz> with one <fieldset> for each question. */
export function renderQuiz(lesson, questions, styles) {
  const ids = questions.map((question) => question.id).join(',');
  const sets = questions.map((question, i) => {
    const label = questions.length > 1 ? `Question ${i + 1} of ${questions.length}` : 'Check';
    return renderQuestion(question, label, (text) => renderText(text, styles));
  });
  return (
    `<grad-quiz lesson="${lesson.slug}" questions="${ids}" bank="../quiz/${lesson.slug}.json">\n` +
    `${sets.join('')}</grad-quiz>\n`
  );
}

function renderQuestion(question, label, text) {
  return `<fieldset class="question" data-question="${question.id}">
<legend><span class="question-label">${label}</span> <span class="prompt">${text(question.prompt)}</span></legend>
${question.type === 'numeric' ? numberField(question) : choices(question, text)}
<div class="question-actions">
<button type="button" class="primary" data-action="check" disabled>Check</button>
<button type="button" data-action="retry" disabled>Try again</button>
<button type="button" data-action="reveal" disabled>Show answer</button>
</div>
<output role="status" class="feedback"></output>
<details class="hint"><summary>Hint</summary><p>${text(question.hint)}</p></details>
<details class="answer"><summary>Answer and why</summary>
${question.type === 'numeric' ? numberAnswer(question, text) : choiceAnswer(question, text)}
<p data-why>${text(question.why)}</p></details>
</fieldset>
`;
}

function choices(question, text) {
  const type = question.type === 'single' ? 'radio' : 'checkbox';
  const options = question.options.map(
    (option, i) =>
      `<label class="option"><input type="${type}" name="answer-${question.id}" value="${i}" data-option="${i}"> ` +
      `<span>${text(option.text)}</span></label>`,
  );
  const several = type === 'checkbox' ? '<p class="several">Choose all that apply.</p>\n' : '';
  return `${several}<div class="options">\n${options.join('\n')}\n</div>`;
}

function numberField(question) {
  const unit = question.answer.unit ? ` <span>${escapeHtml(question.answer.unit)}</span>` : '';
  return (
    '<p class="number"><label>Your answer <input type="text" inputmode="decimal" autocomplete="off" ' +
    `name="answer-${question.id}"></label>${unit}</p>`
  );
}

function choiceAnswer(question, text) {
  const items = question.options.map((option, i) => {
    const verdict = option.correct ? 'Right' : 'Wrong';
    return (
      `<li data-feedback="${i}"><span class="verdict ${verdict.toLowerCase()}">${verdict}:</span> ` +
      `${text(option.text)} <span class="because">${text(option.feedback)}</span></li>`
    );
  });
  return `<ul>\n${items.join('\n')}\n</ul>`;
}

function numberAnswer(question, text) {
  const { value, tolerance, unit } = question.answer;
  const within = tolerance > 0 ? ` (within ${tolerance})` : '';
  const items = Object.entries(question.feedback).map(
    ([number, sentence]) =>
      `<li data-feedback="${number}"><span class="verdict wrong">${number}:</span> ` +
      `<span class="because">${text(sentence)}</span></li>`,
  );
  return (
    `<p><span class="verdict right">Right:</span> ${value}${unit ? ` ${escapeHtml(unit)}` : ''}${within}</p>\n` +
    `<ul>\n${items.join('\n')}\n</ul>`
  );
}
