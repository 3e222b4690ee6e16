// What answers come to: for the learning system's gradebook, and as entries in its journal.

import type { Interaction, Standing } from './api.js';
import type { Answer, Answers, Contents, Question } from './contents.js';

const isFinal = ({ phase }: Answer) => phase === 'right' || phase === 'revealed';

/** @param wasFinished whether all was done before; that stays so when questions are opened again */
export function standingOf(answers: Answers, contents: Contents, wasFinished: boolean): Standing {
  const given = contents.questions.flatMap(({ id }) => answers.get(id) ?? []);
  const total = contents.questions.length;
  const done = given.filter(isFinal).length;
  const right = given.filter(({ phase, tries }) => phase === 'right' && tries === 1).length;
  const finished = wasFinished || done === total;
  return { total, done, right, finished, passed: right >= contents.pass * total };
}

const types: Record<string, Interaction['type']> = {
  single: 'choice',
  multiple: 'choice',
  numeric: 'numeric',
  predict: 'numeric',
  order: 'sequencing',
  match: 'matching',
  fill: 'fill-in',
  output: 'fill-in',
};

/** The try that has been graded between two states of an answer; null if none has. */
export function interactionOf(
  question: Question,
  before: Answer | undefined,
  now: Answer,
  time: Date,
): Interaction | null {
  if (now.tries <= (before?.tries ?? 0)) return null;
  const { id, pattern } = question;
  const { type, response } = responseOf(question.type, now);
  return {
    id,
    type,
    response,
    pattern: type === types[question.type] ? pattern : '',
    right: now.phase === 'right',
    time,
  };
}

function responseOf(
  questionType: string,
  { chosen, entered, placed = [] }: Answer,
): Pick<Interaction, 'type' | 'response'> {
  const type = types[questionType] ?? 'performance';
  const letters = (options: number[]) => options.map((option) => option.toString(36));
  if (type === 'choice') return { type, response: letters(chosen) };
  if (type === 'sequencing') return { type, response: letters(placed) };
  if (type === 'matching') {
    const pairs = letters(placed).map((option, place) => `${place.toString(36)}.${option}`);
    return { type, response: pairs };
  }
  const text = entered.replace(/\s+/g, ' ').trim();
  // Fractions and percentages are numbers to us, but not to the standard.
  const number = text.replace(',', '.').replace('\u2212', '-');
  if (type === 'numeric' && /^-?(\d+\.?\d*|\.\d+)$/.test(number)) {
    return { type, response: [number.replace(/^(-?)\./, '$10.')] };
  }
  return { type: type === 'numeric' ? 'fill-in' : type, response: [text] };
}
