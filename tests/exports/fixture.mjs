// Banks for the tests of exports: one with everything that could break a format, and the course's.

import { readFileSync } from 'node:fs';

const spoken = (id, more) => ({
  id,
  level: 2,
  topics: ['first-topic', 'second-topic'],
  prompt: `Prompt of ${id}`,
  hint: `Hint of ${id}`,
  why: `Why of ${id}`,
  anchor: 'heading',
  lesson: '01-01-first',
  ...more,
});

const option = (text, correct = false) => ({ text, correct, feedback: `About ${text}` });

/** Questions whose texts hold the signs of every format. */
export const hostileBank = {
  version: 1,
  lesson: 'course',
  title: 'Gradschool',
  quick_check: [],
  questions: [
    spoken('signs', {
      type: 'single',
      prompt: 'Is <b>a & b</b> {=1} ~2 #3 :4: \\n -> "five"?\nA second line // no comment',
      hint: 'See [[1]] &amp; ]]> and \u201cquotes\u201d.',
      why: '%50% of $\\nabla L = \\{x : x_0 > 0\\}$ & more',
      options: [option('%100% sure', true), option('[html]<i>x</i>'), option('=a -> b #c ~d')],
    }),
    spoken('formulas', {
      type: 'multiple',
      prompt: 'Which of $a<b$ and $\\frac{1}{2}$?',
      options: [
        option('$x^2$', true),
        option('$\\sqrt{x}$', true),
        option('$\\theta_1$'),
        option('z'),
      ],
    }),
    spoken('three-right', {
      type: 'multiple',
      options: [option('a', true), option('b', true), option('c', true), option('d')],
    }),
    spoken('number', {
      type: 'numeric',
      answer: { value: -0.5, tolerance: 0.0001, unit: 'm/s' },
      feedback: { 0.5: 'The sign: <is> wrong.', '-5': 'Ten times too much.' },
    }),
    spoken('order', {
      type: 'order',
      options: ['a < b', 'second', 'third $x$'].map((text) => ({ text, feedback: 'Here.' })),
    }),
    spoken('pairs', {
      type: 'match',
      options: [
        { left: 'One & only', text: 'uno', feedback: 'f' },
        { left: '$x -> y$', text: 'due', feedback: 'f' },
        { text: 'tre', feedback: 'f' },
      ],
    }),
    spoken('gap', {
      type: 'fill',
      text: 'Losses go ___.',
      gaps: [{ accept: ['down', '%50% less', 'low{er}'], feedback: { up: 'No: <down>.' } }],
    }),
    spoken('gaps', {
      type: 'fill',
      text: 'First ___, then ___, last ___.',
      gaps: [{ accept: ['one'] }, { accept: ['two', '2'] }, { accept: ['three'] }],
    }),
    spoken('program', {
      type: 'output',
      language: 'python',
      code: 'x = {1: 2}\n\nprint(x[1] < 3)  # ~\n',
      answer: { accept: ['True'], feedback: { 1: 'A comparison is no number.' } },
    }),
    spoken('drawn', {
      type: 'numeric',
      variant: { a: [1, 2] },
      answer: { value: 'a', tolerance: 0 },
      feedback: { '{{a + 1}}': 'No.' },
    }),
    spoken('task', { type: 'do', answer: { demo: 'd', state: '', conditions: [] } }),
    spoken('tiny', {
      type: 'numeric',
      lesson: '01-02-second',
      answer: { value: 1e-7, tolerance: 1e-9 },
      feedback: { 1: 'No.' },
    }),
    spoken('guess', {
      type: 'predict',
      lesson: '01-02-second',
      answer: { demo: 'd', state: 'n:5,seed:2', readout: 'r', value: 0.912345, tolerance: 0.01 },
    }),
    spoken('unheard-of', { type: 'telepathy', lesson: '01-02-second' }),
  ],
};

/** The course's own, as the site build left it. */
export const courseBank = JSON.parse(
  readFileSync(new URL('../../web/dist/quiz/bank.json', import.meta.url), 'utf8'),
);
