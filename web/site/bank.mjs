// quiz.yml to the JSON that the C++ quiz engine reads (src/quiz/quiz.h).

import { problem } from './problems.mjs';
import { canonicalState, runKey } from './results.mjs';

/** The course's predictions: each question with its run, as record() in results.mjs takes runs. */
export function predictions({ questions, described }) {
  return [...questions.values()]
    .filter(({ type }) => type === 'predict')
    .map((question) => {
      const { demo, state } = question.answer;
      return { question, demo, state: canonicalState(described.get(demo), state).state };
    });
}

/**
 * Gives each prediction's answer, which the bank and the page share, the value that its run came to.
 *
 * @returns problems with values that are not known when their runs stop
 */
export function setKeys(predicted, results) {
  const problems = [];
  for (const { question, ...run } of predicted) {
    const { answer, id, file, line } = question;
    answer.value = results.get(runKey(run)).readouts[answer.readout];
    if (answer.value !== null) continue;
    const sentence = `question ${id}: "${answer.readout}" is not known at that step`;
    problems.push(problem(file, line, sentence));
  }
  return problems;
}

/** The bank of one lesson. */
export function lessonBank(lesson) {
  return {
    version: 1,
    lesson: lesson.slug,
    title: lesson.title,
    quick_check: lesson.quickCheck,
    questions: lesson.quiz.data.questions.map((question) => bankQuestion(question, lesson.slug)),
  };
}

/** All questions of the course in one bank; its quick check is empty. */
export function courseBank(lessons) {
  return {
    version: 1,
    lesson: 'course',
    title: 'Gradschool',
    quick_check: [],
    questions: lessons.flatMap((lesson) => lessonBank(lesson).questions),
  };
}

function bankQuestion(question, slug) {
  const { options, ...rest } = question;
  return {
    ...rest,
    ...(options && {
      options: options.map((option) => ({ correct: false, ...option })),
    }),
    lesson: slug,
  };
}
