// GIFT: the plain-text format for questions that Moodle and others read.

import { degradedList, exchangeLessons, orderAsMatch } from './exchange.mjs';
import { decimalText, htmlPrompt, htmlText } from './text.mjs';

/**
 * @param {object} bank the course's
 * @returns {{text: string, degraded: string[]}}
 */
export function gift(bank, site = '') {
  const lessons = exchangeLessons(bank, site).map(({ slug, questions }) => ({
    slug,
    questions: questions.map((each) => (each.form === 'order' ? orderAsMatch(each) : each)),
  }));
  const blocks = lessons.flatMap((lesson) => [
    `$CATEGORY: Gradschool/${lesson.slug}`,
    ...lesson.questions.filter(({ form }) => form).map(questionText),
  ]);
  return {
    text: `${blocks.join('\n\n')}\n`,
    degraded: degradedList(
      lessons.flatMap((lesson) => lesson.questions),
      ({ form, hint }) => form && hint && 'its hint is left out',
      ({ form, several }) =>
        ((form === 'choice' && several) || form === 'match') &&
        'a part of the answer gives a part of the mark',
      ({ form, pairs, others }) =>
        form === 'match' && pairs.length + others.length < 3 && 'Moodle wants three pairs or more',
    ),
  };
}

/** GIFT's own signs get a backslash; an empty line would end the question. */
const escape = (text) => text.replace(/[\\~=#{}:]/g, '\\$&');
/** A percent sign at the front would be read as a weight, a bracket as a format. */
const front = (html) => html.replace(/^\s*([%[])/, (_, sign) => `&#${sign.charCodeAt(0)};`);
const rich = (text) => escape(front(htmlText(text)));

function questionText(question) {
  const tags = [...question.topics, `level ${question.level}`].map((tag) => `[tag:${tag}]`);
  const answers = writers[question.form](question);
  return [
    `// [id:${question.id}] ${tags.join(' ')}`,
    `::${escape(question.id)}::[html]${escape(front(htmlPrompt(question)))} {${answers.head}`,
    ...answers.lines,
    `####${rich(question.why)}`,
    '}',
  ].join('\n');
}

const writers = {
  choice: ({ several, options }) => ({
    head: '',
    lines: options.map(
      (option) => `${mark(option, several, options)}${rich(option.text)}#${rich(option.feedback)}`,
    ),
  }),
  number: ({ value, tolerance, feedback }) => ({
    head: '#',
    lines: [
      `=${decimalText(value)}:${decimalText(tolerance)}`,
      ...feedback.map(([number, text]) => `=%0%${decimalText(number)}:0#${rich(text)}`),
    ],
  }),
  // What is typed is compared as it stands; a weight keeps a percent sign at its front from being one.
  text: ({ accepted, feedback }) => ({
    head: '',
    lines: [
      ...accepted.map((text) => `=%100%${escape(text)}`),
      ...feedback.map(([wrong, text]) => `=%0%${escape(wrong)}#${rich(text)}`),
    ],
  }),
  match: ({ pairs, others }) => ({
    head: '',
    lines: [...pairs, ...others.map((text) => ['', text])].map(
      ([left, right]) => `=${rich(left)} -> ${escape(right)}`,
    ),
  }),
};

function mark({ correct }, several, options) {
  if (!several) return correct ? '=' : '~';
  const alike = options.filter((option) => option.correct === correct).length;
  return `~%${Number(((correct ? 100 : -100) / alike).toFixed(5))}%`;
}
