// What question formats of other programs have in common. Each of our types is brought into one of
// a few forms; what is lost on the way is said in a sentence. A type that is not known here has no
// form, so that a new type is listed rather than lost.

/**
 * @typedef {object} Exchange a question as other programs can ask it
 * @property {string} id
 * @property {?string} form `choice`, `number`, or null if it cannot be asked
 * @property {string[]} lost sentences
 */

/**
 * @param {object} question of a bank
 * @param {string} site the course's address, or "" for no links
 * @returns {Exchange} with `level`, `topics`, `lesson`, `prompt`, `hint`, `why` of the question, and
 *   choice: `several`, `options` [{text, correct, feedback}];
 *   number: `value`, `tolerance`, `feedback` [[number, text]];
 *   text: `accepted` [text], `feedback` [[wrong text, text]], perhaps `code` under the prompt;
 *   match: `pairs` [[left, right]], `others` [further rights];
 *   order: `items` [text] as they belong
 */
export function exchangeForm(question, site = '') {
  const { id, level, topics = [], lesson = '', prompt, hint = '', why } = question;
  const common = { id, level, topics, lesson, prompt, hint, why, lost: [] };
  const leftOut = (why) => ({ ...common, form: null, lost: [`left out: ${why}`] });
  if (question.variant) return leftOut('its numbers are drawn anew for each try');
  const form = forms[question.type];
  if (!form) return leftOut(`other programs have nothing like the type "${question.type}"`);
  return { ...common, ...form(question, common, site) };
}

const forms = {
  single: ({ options }) => ({ form: 'choice', several: false, options }),
  multiple: ({ options }) => ({ form: 'choice', several: true, options }),
  numeric: ({ answer, feedback = {} }, { prompt }) => ({
    form: 'number',
    prompt: withUnit(prompt, answer.unit),
    value: answer.value,
    tolerance: answer.tolerance ?? 0,
    feedback: Object.entries(feedback).map(([number, text]) => [Number(number), text]),
  }),
  predict: ({ answer, lesson }, { prompt }, site) => ({
    form: 'number',
    prompt: withUnit(prompt, answer.unit) + whereToRun(answer, lesson, site),
    value: roundTo(answer.value, answer.decimals ?? 2),
    tolerance: answer.tolerance ?? 0,
    feedback: [],
    lost: ['asked as a number: the run that shows what comes out is left out'],
  }),
  order: ({ options }) => ({
    form: 'order',
    items: options.map(({ text }) => text),
    lost: ['what is said of each place is left out'],
  }),
  match: ({ options }) => ({
    form: 'match',
    pairs: options.filter(({ left }) => left).map(({ left, text }) => [left, text]),
    others: options.filter(({ left }) => !left).map(({ text }) => text),
    lost: ['what is said of each pair is left out'],
  }),
  fill: ({ prompt, text, gaps }) =>
    gaps.length === 1 ? oneGap(`${prompt}\n${text}`, gaps[0]) : severalGaps(prompt, text, gaps),
  output: ({ prompt, code, answer }) => ({ ...oneGap(prompt, answer), code }),
};

const oneGap = (prompt, { accept, feedback = {} }) => ({
  form: 'text',
  prompt,
  accepted: accept,
  feedback: Object.entries(feedback),
});

function severalGaps(prompt, text, gaps) {
  let gap = 0;
  const numbered = text.replace(/___/g, () => `___ (${++gap})`);
  return {
    form: 'match',
    prompt: `${prompt}\n${numbered}`,
    pairs: gaps.map(({ accept }, k) => [`(${k + 1})`, accept[0]]),
    others: [],
    lost: ['its gaps are filled from a list; what is said to wrong texts is left out'],
  };
}

/** For programs without questions of order: each place is matched with what belongs there. */
export function orderAsMatch({ items, ...question }) {
  return {
    ...question,
    form: 'match',
    pairs: items.map((text, k) => [`${k + 1}.`, text]),
    others: [],
    lost: [...question.lost, 'asked as a matching of places'],
  };
}

const withUnit = (prompt, unit) => (unit ? `${prompt} (Answer in ${unit}.)` : prompt);

function whereToRun({ demo, state }, lesson, site) {
  if (!site) return '';
  const address = new URL(`lessons/${lesson}.html?${demo}=${state}#${demo}`, site);
  return ` (To see it run: ${address})`;
}

const roundTo = (value, decimals) => Number(value.toFixed(decimals));

/** The lessons of a bank in their order, each with what can be asked of it and what was lost. */
export function exchangeLessons(bank, site = '') {
  const lessons = new Map();
  for (const question of bank.questions) {
    const slug = question.lesson ?? '';
    if (!lessons.has(slug)) lessons.set(slug, []);
    lessons.get(slug).push(exchangeForm(question, site));
  }
  return [...lessons].map(([slug, questions]) => ({ slug, questions }));
}

/** An export's list of what was degraded: one line for each sentence, "id: sentence". */
export function degradedList(questions, ...more) {
  return questions.flatMap((question) =>
    [...question.lost, ...more.map((lost) => lost(question))]
      .filter(Boolean)
      .map((sentence) => `${question.id}: ${sentence}`),
  );
}
