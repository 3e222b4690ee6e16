// Moodle XML: the format in which Moodle keeps its own question banks. It has no published schema;
// its manual is Moodle's page "Moodle XML format".

import { degradedList, exchangeLessons } from './exchange.mjs';
import { decimalText, htmlText } from './text.mjs';
import { element, xmlDocument } from './xml.mjs';

/**
 * @param {object} bank the course's
 * @returns {{text: string, degraded: string[]}}
 */
export function moodleXml(bank, site = '') {
  const lessons = exchangeLessons(bank, site);
  const questions = lessons.flatMap((lesson) => [
    category(lesson.slug),
    ...lesson.questions.filter(({ form }) => form).map(questionElement),
  ]);
  return {
    text: xmlDocument(element('quiz', questions)),
    degraded: degradedList(
      lessons.flatMap((lesson) => lesson.questions),
      partialCredit,
    ),
  };
}

const partialCredit = ({ form, several }) =>
  form === 'choice' && several && 'Moodle gives a part of the mark for a part of the choices';

const plain = (name, text) => element(name, element('text', text));
const html = (name, text) => element(name, { format: 'html' }, element('text', htmlText(text)));

const category = (slug) =>
  element('question', { type: 'category' }, plain('category', `$course$/top/Gradschool/${slug}`));

function questionElement(question) {
  const { type, parts } = writers[question.form](question);
  const tags = [...question.topics, `level ${question.level}`];
  return element(
    'question',
    { type },
    plain('name', question.id),
    html('questiontext', question.prompt),
    html('generalfeedback', question.why),
    element('defaultgrade', 1),
    element('penalty', '0.3333333'),
    element('hidden', 0),
    element('idnumber', question.id),
    parts,
    question.hint ? html('hint', question.hint) : null,
    element(
      'tags',
      tags.map((tag) => plain('tag', tag)),
    ),
  );
}

const writers = {
  choice: ({ several, options }) => ({
    type: 'multichoice',
    parts: [
      element('single', String(!several)),
      element('shuffleanswers', 'true'),
      element('answernumbering', 'none'),
      options.map((option) => answer(share(option, options), option.text, option.feedback)),
    ],
  }),
  number: ({ value, tolerance, feedback }) => ({
    type: 'numerical',
    parts: [
      numberAnswer(100, value, tolerance, ''),
      feedback.map(([number, text]) => numberAnswer(0, number, 0, text)),
    ],
  }),
};

/** Percent of the mark: the right choices share it, and wrong ones cost as much together. */
function share(option, options) {
  const alike = options.filter(({ correct }) => correct === option.correct).length;
  const several = options.filter(({ correct }) => correct).length > 1;
  if (!option.correct && !several) return '0';
  return decimalText(Number(((option.correct ? 100 : -100) / alike).toFixed(5)));
}

const answer = (fraction, text, feedback) =>
  element(
    'answer',
    { fraction, format: 'html' },
    element('text', htmlText(text)),
    html('feedback', feedback),
  );

const numberAnswer = (fraction, number, tolerance, feedback) =>
  element(
    'answer',
    { fraction, format: 'moodle_auto_format' },
    element('text', decimalText(number)),
    html('feedback', feedback),
    element('tolerance', decimalText(tolerance)),
  );
