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
    return renderQuestion(question, label, lesson, (text) => renderText(text, styles));
  });
  return (
    `<grad-quiz lesson="${lesson.slug}" questions="${ids}" bank="../quiz/${lesson.slug}.json">\n` +
    `${sets.join('')}</grad-quiz>\n`
  );
}

function renderQuestion(question, label, lesson, text) {
  const [field, answer] = {
    single: [choices, choiceAnswer],
    multiple: [choices, choiceAnswer],
    numeric: [answerField, numberAnswer],
    predict: [guessField, outcome],
  }[question.type];
  return `<fieldset class="question" data-question="${question.id}">
<legend><span class="question-label">${label}</span> <span class="prompt">${text(question.prompt)}</span></legend>
${field(question, text)}
<div class="question-actions">
${actions(question)}
</div>
<output role="status" class="feedback"></output>
<details class="hint"><summary>Hint</summary><p>${text(question.hint)}</p></details>
<details class="answer"><summary>Answer and why</summary>
${answer(question, text, lesson)}
<p data-why>${text(question.why)}</p></details>
</fieldset>
`;
}

/** A prediction is made once: there is nothing to try again. */
function actions({ type }) {
  if (type === 'predict') {
    return '<button type="button" class="primary" data-action="check" disabled>Lock in my guess</button>';
  }
  return `<button type="button" class="primary" data-action="check" disabled>Check</button>
<button type="button" data-action="retry" disabled>Try again</button>
<button type="button" data-action="reveal" disabled>Show answer</button>`;
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

function numberField(question, label) {
  const unit = question.answer.unit ? ` <span>${escapeHtml(question.answer.unit)}</span>` : '';
  return (
    `<p class="number"><label>${label} <input type="text" inputmode="decimal" autocomplete="off" ` +
    `name="answer-${question.id}"></label>${unit}</p>`
  );
}

const answerField = (question) => numberField(question, 'Your answer');

function guessField(question) {
  return (
    '<p class="several">Guess first; one guess counts. Then a run shows what comes out.</p>\n' +
    numberField(question, 'Your guess')
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

/** What the run gave, and the way to see it run: on the page of its lesson. */
function outcome({ answer }, _text, lesson) {
  const { demo, state, value, decimals = 2, unit } = answer;
  const id = lesson.demoPlaces.get(demo);
  const address = `${lesson.slug}.html?${id}=${state}#${id}`;
  return (
    `<p><span class="verdict">The run gives</span> ${value.toFixed(decimals)}` +
    `${unit ? ` ${escapeHtml(unit)}` : ''}.</p>\n` +
    `<p><a data-run href="${escapeHtml(address)}">Run it</a></p>`
  );
}
