// Moodle XML: the format in which Moodle keeps its own question banks. It has no published schema;
// its manual is Moodle's page "Moodle XML format".

import { degradedList, exchangeLessons } from './exchange.mjs';
import { decimalText, htmlPrompt, htmlText } from './text.mjs';
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
      ({ form }) => form === 'order' && 'it needs Moodle 4.4 or its plug-in "ordering"',
    ),
  };
}

const partialCredit = ({ form, several }) =>
  ((form === 'choice' && several) || form === 'match') &&
  'Moodle gives a part of the mark for a part of the answer';

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
    element('questiontext', { format: 'html' }, element('text', htmlPrompt(question))),
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
  text: ({ accepted, feedback }) => ({
    type: 'shortanswer',
    parts: [
      element('usecase', 0),
      accepted.map((text) => textAnswer(100, literal(text), '')),
      feedback.map(([wrong, text]) => textAnswer(0, literal(wrong), text)),
    ],
  }),
  match: ({ pairs, others }) => ({
    type: 'matching',
    parts: [
      element('shuffleanswers', 'true'),
      [...pairs, ...others.map((text) => ['', text])].map(([left, right]) =>
        element(
          'subquestion',
          { format: 'html' },
          element('text', htmlText(left)),
          plain('answer', right),
        ),
      ),
    ],
  }),
  order: ({ items }) => ({
    type: 'ordering',
    parts: [
      element('layouttype', 'VERTICAL'),
      element('selecttype', 'ALL'),
      element('selectcount', 0),
      element('gradingtype', 'ALL_OR_NOTHING'),
      element('showgrading', 'SHOW'),
      element('numberingstyle', 'none'),
      items.map((text) =>
        element('answer', { fraction: 1, format: 'html' }, element('text', htmlText(text))),
      ),
    ],
  }),
};

/** In short answers a star would stand for anything. */
const literal = (text) => text.replace(/\*/g, '\\*');

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

const textAnswer = (fraction, text, feedback) =>
  element(
    'answer',
    { fraction, format: 'moodle_auto_format' },
    element('text', text),
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
