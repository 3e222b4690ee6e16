// quiz.yml to the JSON that the C++ quiz engine reads (src/quiz/quiz.h).

import { problem } from './problems.mjs';
import { canonicalState, runKey } from './results.mjs';
import { predictedStates } from './variants.mjs';

/**
 * The runs that keys are made of: each with its question, as record() in results.mjs takes runs, and
 * with `text`, the state as the question has it.
 */
export function predictions({ questions, described }) {
  return [...questions.values()]
    .filter(({ type }) => type === 'predict')
    .flatMap((question) => {
      const { demo } = question.answer;
      return predictedStates(question).map((text) => {
        const { state } = canonicalState(described.get(demo), text);
        return { question, text, demo, state };
      });
    });
}

/**
 * Gives each prediction's answer, which the bank and the page share, the value that its run came to;
 * one with variants has a value for each state (`keys`).
 *
 * @returns problems with values that are not known when their runs stop
 */
export function setKeys(predicted, results) {
  const problems = [];
  for (const { question, text, ...run } of predicted) {
    const { answer, variant, id, file, line } = question;
    const value = results.get(runKey(run)).readouts[answer.readout];
    if (variant) answer.keys = { ...answer.keys, [text]: value };
    else answer.value = value;
    if (value !== null) continue;
    const sentence = `question ${id}: "${answer.readout}" is not known at that step`;
    problems.push(problem(file, line, sentence));
  }
  return problems;
}

/** What conditions of tasks are about, in the demo's own words. */
export function setLabels({ questions, described }) {
  for (const { type, answer } of questions.values()) {
    if (type !== 'do') continue;
    const { parameters, readouts } = described.get(answer.demo);
    for (const condition of answer.conditions) {
      const about = [...parameters, ...readouts];
      const name = condition.parameter ?? condition.readout;
      const { label, choices } = about.find((each) => each.name === name);
      condition.label = label.replace(/\$/g, '');
      if (choices) condition.choices = choices;
    }
  }
}

/** One draw of each question with variants, as the engine draws for the page's seed. */
export async function setDraws({ questions, lessons }, native) {
  if (![...questions.values()].some(({ variant }) => variant)) return;
  const drawn = await native.draw(JSON.stringify(courseBank(lessons)));
  for (const question of questions.values()) {
    if (question.variant) question.drawn = drawn[question.id];
  }
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

/** Of every question what papers are planned from (load_catalogue() in src/quiz/exam.h). */
export function catalogue(lessons) {
  const lines = courseBank(lessons).questions.map(({ id, lesson, level, type, topics }) => [
    id,
    lesson,
    level,
    type,
    ...topics,
  ]);
  return { version: 1, questions: lines };
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
  const choice = ['single', 'multiple'].includes(question.type);
  return {
    ...rest,
    ...(options && {
      options: options.map((option) => (choice ? { correct: false, ...option } : option)),
    }),
    lesson: slug,
  };
}
