// Questions as an HTML form, made in the build: readable before, and without, any script. The page
// runtime finds its parts by data attributes and grades with the C++ quiz engine.

import { escapeHtml } from './html.mjs';
import { renderFormula } from './maths.mjs';
import { fillSlots, renderSlots } from './variants.mjs';

/** Question text is plain, with formulas between dollar signs. */
export function splitText(text) {
  return text.split(/\$([^$]+)\$/).map((part, i) => ({ formula: i % 2 === 1, text: part }));
}

export function renderText(text, styles) {
  return splitText(text)
    .map((part) => (part.formula ? renderFormula(part.text, false, styles) : escapeHtml(part.text)))
    .join('');
}

/** What questions are set with: `text` sets a text, `code` a program. */
function settersOf(question, styles, code) {
  const slots = question.drawn?.slots ?? {};
  const plain = (text) => renderText(text, styles);
  return {
    text: question.variant ? (text) => renderSlots(text, slots, plain) : plain,
    code,
  };
}

/**
 * A <grad-quiz> with one <fieldset> for each question.
 *
 * @param {(code: string, lang: string) => string} code sets a program
 */
export function renderQuiz(lesson, questions, styles, code) {
  const ids = questions.map((question) => question.id).join(',');
  const several = questions.length > 1;
  const sets = questions.map((question, i) => {
    const label = several ? `Question ${i + 1} of ${questions.length}` : 'Check';
    return renderQuestion(question, label, lesson, settersOf(question, styles, code));
  });
  return (
    `<grad-quiz lesson="${lesson.slug}" questions="${ids}" bank="../quiz/${lesson.slug}.json">\n` +
    `${sets.join('')}${several ? end : ''}</grad-quiz>\n`
  );
}

const end =
  '<p class="quiz-end" hidden><span data-score></span>\n' +
  '<button type="button" data-again="missed">Missed ones again</button>\n' +
  '<button type="button" data-again="reset">Start again</button></p>\n';

const kinds = {
  single: [choices, choiceAnswer],
  multiple: [choices, choiceAnswer],
  numeric: [answerField, numberAnswer],
  predict: [guessField, outcome],
  order: [places, orderAnswer],
  match: [places, orderAnswer],
  fill: [gaps, gapAnswer],
  output: [program, outputAnswer],
  do: [task, taskAnswer],
};

export function renderQuestion(question, label, lesson, set) {
  const { text } = set;
  const [field, answer] = kinds[question.type];
  return `<fieldset class="question" data-question="${question.id}">
<legend><span class="question-label">${label}</span> <span class="prompt">${text(question.prompt)}</span></legend>
${field(question, set, lesson)}
<div class="question-actions">
${actions(question, lesson)}
</div>
${confidence(question)}<output role="status" class="feedback"></output>
<details class="hint"><summary>Hint</summary><p>${text(question.hint)}</p></details>
<details class="answer"><summary>Answer and why</summary>
${answer(question, set, lesson)}
<p data-why>${text(question.why)}</p></details>
</fieldset>
`;
}

/** A prediction is made once: there is nothing to try again. */
function actions({ type, answer }, lesson) {
  if (type === 'predict') {
    return '<button type="button" class="primary" data-action="check" disabled>Lock in my guess</button>';
  }
  const id = type === 'do' ? lesson.demoPlaces.get(answer.demo) : '';
  const demo = id && `<a data-demo href="${lesson.slug}.html#${id}">Go to the demo</a>\n`;
  return `${demo}<button type="button" class="primary" data-action="check" disabled>${id ? 'Check my run' : 'Check'}</button>
<button type="button" data-action="retry" disabled>Try again</button>
<button type="button" data-action="reveal" disabled>Show answer</button>`;
}

function confidence({ type }) {
  if (type === 'do') return '';
  return (
    '<p class="confidence" hidden>How sure? (optional) ' +
    '<button type="button" data-rate="sure" aria-pressed="false">Sure</button> ' +
    '<button type="button" data-rate="unsure" aria-pressed="false">Unsure</button></p>\n'
  );
}

const several = (text) => `<p class="several">${text}</p>\n`;

function choices(question, { text }) {
  const type = question.type === 'single' ? 'radio' : 'checkbox';
  const options = question.options.map(
    (option, i) =>
      `<label class="option"><input type="${type}" name="answer-${question.id}" value="${i}" data-option="${i}"> ` +
      `<span>${text(option.text)}</span></label>`,
  );
  const manner = type === 'checkbox' ? several('Choose all that apply.') : '';
  return `${manner}<div class="options">\n${options.join('\n')}\n</div>`;
}

/** One row for each place; in it the option that stands there, which the page moves. */
function places(question, { text }) {
  const { options, type } = question;
  const order = options
    .map((_, i) => i)
    .sort((a, b) => (options[a].text < options[b].text ? -1 : 1));
  if (order.every((option, place) => option === place)) order.push(order.shift());
  const rows = order.map((option, place) => {
    const left = type === 'match' ? (options[place].left ?? '') : '';
    const words = plainText(options[option].text);
    return (
      `<li class="place">${left ? `<span class="place-left">${text(left)}</span> ` : ''}` +
      `<span class="movable" data-movable="${option}"><span class="place-text">${text(options[option].text)}</span> ` +
      `<button type="button" data-move="-1" aria-label="Move “${words}” up" disabled>↑</button>` +
      `<button type="button" data-move="1" aria-label="Move “${words}” down" disabled>↓</button></span></li>`
    );
  });
  const manner =
    type === 'match'
      ? 'Bring each row opposite to what it belongs to.'
      : 'Bring the rows into order.';
  const list = type === 'match' ? 'ul' : 'ol';
  return `${several(manner)}<${list} class="places ${type}">\n${rows.join('\n')}\n</${list}>`;
}

/** For names of controls, which hold no formulas. */
const plainText = (text) => escapeHtml(text.replace(/\$/g, ''));

function gaps(question, { text }) {
  const count = question.gaps.length;
  const parts = question.text.split('___').map((part) => text(part));
  const inputs = question.gaps.map((_, k) => {
    const label = count > 1 ? `Gap ${k + 1}` : 'The gap';
    return (
      `<input type="text" class="gap" data-gap="${k}" aria-label="${label}" maxlength="200" ` +
      'autocomplete="off" autocapitalize="off" spellcheck="false">'
    );
  });
  const filled = parts.map((part, k) => part + (inputs[k] ?? '')).join('');
  return `<p class="gaps">${filled}</p>`;
}

function program(question, { code }) {
  const source = question.drawn ? fillSlots(question.code, question.drawn.slots) : question.code;
  return (
    `<div data-code>${code(source, question.language)}</div>\n` +
    `<p class="number"><label>It prints <input type="text" data-gap="0" maxlength="200" ` +
    'autocomplete="off" autocapitalize="off" spellcheck="false"></label></p>'
  );
}

const bounds = {
  below: 'below',
  at_most: 'at most',
  at_least: 'at least',
  above: 'above',
  equals: 'exactly',
};

function conditionText(condition, question) {
  if (condition.choices) return `${condition.label}: ${condition.choices[condition.equals]}`;
  const bound = Object.keys(bounds).find((each) => each in condition);
  const value = question.drawn ? fillSlots(`{{${condition[bound]}}}`, question.drawn.slots) : '';
  const limit = value || String(condition[bound]).replace('-', '−');
  return `${condition.label}: ${bounds[bound]} ${limit}`;
}

function task(question, { text }) {
  const items = question.answer.conditions.map(
    (condition) => `<li>${text(conditionText(condition, question))}</li>`,
  );
  return (
    several('Do it in the demo; then have your run checked.') +
    `<ul class="conditions">\n${items.join('\n')}\n</ul>`
  );
}

function numberField(question, label) {
  const unit = question.answer.unit ? ` <span>${escapeHtml(question.answer.unit)}</span>` : '';
  return (
    `<p class="number"><label>${label} <input type="text" inputmode="decimal" autocomplete="off" ` +
    `name="answer-${question.id}" data-gap="0"></label>${unit}</p>`
  );
}

function answerField(question) {
  return numberField(question, 'Your answer');
}

function guessField(question) {
  return (
    several('Guess first; one guess counts. Then a run shows what comes out.') +
    numberField(question, 'Your guess')
  );
}

function choiceAnswer(question, { text }) {
  const items = question.options.map((option, i) => {
    const verdict = (question.drawn?.correct[i] ?? option.correct) ? 'Right' : 'Wrong';
    return (
      `<li data-feedback="${i}"><span class="verdict ${verdict.toLowerCase()}">${verdict}:</span> ` +
      `${text(option.text)} <span class="because">${text(option.feedback)}</span></li>`
    );
  });
  return `<ul>\n${items.join('\n')}\n</ul>`;
}

/** Feedback for foreseen wrong answers. */
function wrongAnswers(feedback, text) {
  const items = Object.entries(feedback ?? {}).map(
    ([wrong, sentence]) =>
      `<li data-feedback="${escapeHtml(wrong)}"><span class="verdict wrong">${text(wrong)}:</span> ` +
      `<span class="because">${text(sentence)}</span></li>`,
  );
  return items.length > 0 ? `<ul>\n${items.join('\n')}\n</ul>` : '';
}

const right = (words) =>
  `<p><span class="verdict right">Right:</span> <span data-answer>${words}</span></p>\n`;

function numberAnswer(question, { text }) {
  const { value, tolerance, unit } = question.answer;
  if (question.drawn) {
    return right(escapeHtml(question.drawn.answer)) + wrongAnswers(question.feedback, text);
  }
  const within = tolerance > 0 ? ` (within ${tolerance})` : '';
  return (
    right(`${value}${unit ? ` ${escapeHtml(unit)}` : ''}${within}`) +
    wrongAnswers(question.feedback, text)
  );
}

function orderAnswer({ options, type }, { text }) {
  const items = options.map(
    (option, i) =>
      `<li data-feedback="${i}">${option.left ? `${text(option.left)} – ` : ''}` +
      `${text(option.text)} <span class="because">${text(option.feedback)}</span></li>`,
  );
  const list = type === 'match' ? 'ul' : 'ol';
  return `<${list}>\n${items.join('\n')}\n</${list}>`;
}

function gapAnswer(question, { text }) {
  const words = question.gaps.map(({ accept }) => `“${text(accept[0])}”`).join(', ');
  return right(words) + question.gaps.map((gap) => wrongAnswers(gap.feedback, text)).join('');
}

function outputAnswer({ answer, drawn }, { text }) {
  const printed = drawn ? fillSlots(answer.accept[0], drawn.slots) : answer.accept[0];
  return (
    `<p><span class="verdict right">It prints:</span> <code data-answer>${escapeHtml(printed)}</code></p>\n` +
    wrongAnswers(answer.feedback, text)
  );
}

/** The address at which the lesson's page shows a run. */
function runLink(lesson, { demo, state }, drawn, words) {
  const id = lesson.demoPlaces.get(demo);
  const address = `${lesson.slug}.html?${id}=${state}#${id}`;
  const now = drawn ? fillSlots(address, drawn.slots) : address;
  const template = drawn ? ` data-template="${escapeHtml(address)}"` : '';
  return `<p><a data-run${template} href="${escapeHtml(now)}">${words}</a></p>`;
}

function taskAnswer({ answer, drawn }, _set, lesson) {
  return runLink(lesson, answer, drawn, 'See a run that does it');
}

/** What the run gave, and the way to see it run: on the page of its lesson. */
function outcome({ answer, drawn }, _set, lesson) {
  const { value, decimals = 2, unit } = answer;
  const words = drawn
    ? escapeHtml(drawn.answer)
    : `${value.toFixed(decimals)}${unit ? ` ${escapeHtml(unit)}` : ''}`;
  return (
    `<p><span class="verdict">The run gives</span> <span data-answer>${words}</span>.</p>\n` +
    runLink(lesson, answer, drawn, 'Run it')
  );
}
