// Checks on quiz.yml beyond its schema: what the research rules ask and what a slip would break.

import { formulaProblem } from './maths.mjs';
import { problem } from './problems.mjs';
import { splitText } from './quiz-html.mjs';
import { canonicalState } from './results.mjs';
import { predictedStates, withoutSlots } from './variants.mjs';

/** @param {Map<string, object>} described demos as results.mjs describes them */
export function lintQuestions(lesson, described) {
  const { data, file, lineOf } = lesson.quiz;
  const problems = [];
  const reportAt = (path, message) => problems.push(problem(file, lineOf(path), message));
  lintQuickCheck(data, reportAt);
  data.questions.forEach((question, i) => {
    const report = (path, message) =>
      reportAt(['questions', i, ...path], `question ${question.id}: ${message}`);
    if (question.type === 'numeric' && !question.variant) lintNumber(question, report);
    if (question.type === 'predict') lintPrediction(question, lesson, described, report);
    if (question.type === 'do') lintTask(question, lesson, described, report);
    if (question.type === 'fill') lintGaps(question, report);
    if (question.options) lintOptions(question, report);
    lintTexts(question, report);
    if (!lesson.headings.some((heading) => heading.id === question.anchor)) {
      report(['anchor'], `${lesson.file} has no heading "#${question.anchor}"`);
    }
  });
  lintLongest(data.questions, reportAt);
  return problems;
}

function lintQuickCheck({ quick_check, questions }, report) {
  let level = 0;
  for (const [i, id] of quick_check.entries()) {
    const question = questions.find((candidate) => candidate.id === id);
    if (!question) {
      report(['quick_check', i], `quick_check names "${id}", which is no question of this file`);
      continue;
    }
    if (question.level < level) {
      report(
        ['quick_check', i],
        `quick_check must rise in level, but "${id}" is easier than the one before`,
      );
    }
    level = question.level;
  }
}

function lintOptions(question, report) {
  const { type, variant, options } = question;
  const correct = options.filter((option) => option.correct).length;
  if (type === 'single' && correct !== 1 && !variant) {
    report(['options'], `a single choice has one correct option, here ${correct}`);
  }
  if (type === 'multiple' && (correct === 0 || correct === options.length) && !variant) {
    report(['options'], 'a multiple choice needs right and wrong options');
  }
  if (type === 'multiple' && correct === 1 && !variant) {
    // Programs that read exports take a choice with one right option for a single one.
    report(['options'], 'a multiple choice with one correct option is a single choice');
  }
  const pairs = options.findIndex((option) => !option.left);
  if (type === 'match' && (pairs === 0 || pairs === 1)) {
    report(['options'], 'a match needs two options with a left side at the least');
  }
  if (type === 'match' && pairs >= 0 && options.slice(pairs).some((option) => option.left)) {
    report(['options'], 'options without a left side stand at the end');
  }
  const seen = new Set();
  options.forEach((option, k) => {
    const [sign] = (['order', 'match'].includes(type) && option.text.match(/[\\~=#{}:]/)) || [];
    if (sign) {
      // The answers of a matching are plain text, in which gift-pegjs and its users keep escapes.
      const says = `option ${k + 1} holds "${sign}", which readers of exported GIFT show escaped`;
      report(['options', k], `${says}; use words, or the left side of a match`);
    }
    if (/\b(all|none|both) of the (above|options)\b/i.test(option.text)) {
      report(['options', k], `option ${k + 1} says "${option.text}"; write out what it claims`);
    }
    if (seen.has(option.text)) report(['options', k], `option ${k + 1} repeats another option`);
    seen.add(option.text);
  });
}

function lintNumber(question, report) {
  const { value, tolerance } = question.answer;
  for (const wrong of Object.keys(question.feedback)) {
    if (Math.abs(Number(wrong) - value) > tolerance) continue;
    report(['feedback', wrong], `feedback for ${wrong}, which is a right answer`);
  }
}

/** The demo of a run that the reader can see on the lesson's page, or null. */
function shownDemo({ answer }, lesson, described, report) {
  const demo = described.get(answer.demo);
  if (demo && lesson.demoPlaces.has(answer.demo)) return demo;
  report(['answer', 'demo'], `${lesson.file} shows no demo "${answer.demo}"`);
  return null;
}

function lintReadout(demo, name, report) {
  if (demo.readouts.some((readout) => readout.name === name)) return;
  const known = demo.readouts.map((readout) => readout.name).join(', ');
  report(`demo "${demo.name}" has no read-out "${name}"; it has ${known}`);
}

function lintPrediction(question, lesson, described, report) {
  const demo = shownDemo(question, lesson, described, report);
  if (!demo) return;
  const { answer } = question;
  const states = predictedStates(question);
  if (states === null) {
    const sentence = 'a prediction with variants names lists or ranges, of 32 runs at the most';
    report(['answer', 'state'], sentence);
  }
  const wrong = (states ?? []).flatMap((state) => canonicalState(demo, state).problems);
  for (const sentence of new Set(wrong)) report(['answer', 'state'], sentence);
  lintReadout(demo, answer.readout, (sentence) => report(['answer', 'readout'], sentence));
}

function lintTask(question, lesson, described, report) {
  const demo = shownDemo(question, lesson, described, report);
  if (!demo) return;
  const { answer } = question;
  const { problems } = canonicalState(demo, withoutSlots(answer.state));
  for (const wrong of problems) report(['answer', 'state'], wrong);
  answer.conditions.forEach(({ parameter, readout, equals }, k) => {
    const say = (sentence) => report(['answer', 'conditions', k], sentence);
    if (readout !== undefined) return lintReadout(demo, readout, say);
    const asked = demo.parameters.find(({ name }) => name === parameter);
    const known = demo.parameters.map(({ name }) => name).join(', ');
    if (!asked) say(`demo "${demo.name}" has no parameter "${parameter}"; it has ${known}`);
    else if (asked.choices && asked.choices[equals] === undefined) {
      const last = asked.choices.length - 1;
      say(`"${parameter}" is a choice: it can only be asked with equals, from 0 to ${last}`);
    }
  });
}

function lintGaps({ text, gaps }, report) {
  const marks = text.split('___').length - 1;
  if (marks !== gaps.length) {
    report(['gaps'], `the text has ${marks} marks ___ for ${gaps.length} gaps`);
  }
}

function lintTexts(question, report) {
  const texts = [
    ...['prompt', 'text', 'hint', 'why'].map((field) => [[field], question[field] ?? '']),
    ...(question.options ?? []).flatMap((option, k) => [
      [['options', k, 'left'], option.left ?? ''],
      [['options', k, 'text'], option.text],
      [['options', k, 'feedback'], option.feedback],
    ]),
    ...Object.entries(question.feedback ?? {}).map(([key, text]) => [['feedback', key], text]),
  ];
  for (const [path, text] of texts) {
    if ((text.match(/\$/g) ?? []).length % 2 === 1) {
      report(path, 'a formula has no closing dollar sign');
      continue;
    }
    for (const part of splitText(text)) {
      const wrong = part.formula ? formulaProblem(withoutSlots(part.text)) : '';
      if (wrong) report(path, `formula $${part.text}$: ${wrong}`);
    }
  }
}

/** A learner who always picks the longest option must not do better than chance. */
function lintLongest(questions, report) {
  const singles = questions.filter((question) => question.type === 'single');
  const chance = singles.reduce((sum, question) => sum + 1 / question.options.length, 0);
  const longest = singles.filter(answerIsLongest);
  if (longest.length <= Math.ceil(chance)) return;
  const last = longest.at(-1);
  report(
    ['questions', questions.indexOf(last)],
    `the longest option is the answer in ${longest.length} of ${singles.length} single choices ` +
      `(by chance ${chance.toFixed(1)}): ${longest.map((question) => question.id).join(', ')}`,
  );
}

function answerIsLongest({ options }) {
  const length = (option) => option.text.length;
  const answer = options.find((option) => option.correct);
  return options.every((option) => option === answer || length(option) < length(answer));
}
