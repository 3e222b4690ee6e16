// A small course without fault in a folder of its own, and ways to spoil it.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runKey } from '../../web/site/results.mjs';

export const lessonFile = 'lessons/01-01-first/lesson.md';
export const quizFile = 'lessons/01-01-first/quiz.yml';

const lesson = `---
title: First
chapter: 1
order: 1
owner: Somebody
categories: [a]
lang: en
lesson_type: required
summary: A lesson.
objectives: [See]
out_of_scope: [Everything else]
prerequisites: []
minutes: 5
glossary:
  - { term: New term, text: What it means., anchor: one-heading }
sources:
  - id: lowe2004
    short: Lowe 2004
    text: D. G. Lowe (2004). Distinctive image features.
    url: https://example.org/lowe
---

## One heading

Text with a source,[^lowe2004] a formula $x^2$ and a [link](#one-heading).
With [five](?known-demo=n:5,seed:2#known-demo), or [seen otherwise](?known-demo=look:2#known-demo), it is {{known-demo n=5: accuracy}}.

::: demo known-demo n=3
Try it.

What the figure shows.
:::

$$
y = x
$$

::: note
Text.
:::

| Left | Right |
| ---- | ----: |
| _a_  |     1 |

\`\`\`cpp
int main() { return 0; }
\`\`\`

::: code file=tests/examples/first.cpp
A program and its [term](#term-new-term).
:::

::: check q5
:::

::: quiz
:::
`;

const single = (id, level) => `  - id: ${id}
    level: ${level}
    topics: [t]
    type: single
    prompt: "What is $x$?"
    options:
      - text: "One thing"
        correct: true
        feedback: "Yes."
      - text: "Another thing"
        feedback: "No."
    hint: "Think."
    why: "Because."
    anchor: one-heading
`;

const numeric = `  - id: q3
    level: 3
    topics: [t]
    type: numeric
    prompt: "How many?"
    answer: { value: 0.8, tolerance: 0.005 }
    feedback:
      "0.2": "That is the step."
    hint: "Count."
    why: "Because."
    anchor: one-heading
`;

const predict = `  - id: q5
    level: 2
    topics: [t]
    type: predict
    prompt: "What will it be?"
    answer: { demo: known-demo, state: "n:6", readout: accuracy, tolerance: 0.1 }
    hint: "Think."
    why: "Because."
    anchor: one-heading
`;

const quiz = `quick_check: [q1, q2, q3, q4]
questions:
${single('q1', 1)}${single('q2', 2)}${numeric}${single('q4', 4)}${predict}`;

const goodFiles = {
  'lessons/course.yml': `chapters:
  - title: Chapter
    lessons:
      - { slug: 01-01-first, title: First }
      - { slug: 01-02-second, title: Second }
`,
  [lessonFile]: lesson,
  [quizFile]: quiz,
  'tests/examples/first.cpp': 'int main() { return 7 < 8; }\n',
  'src/demos/demos.inc': '// Demos.\nDEMO(1, known_demo, "known-demo", "Known demo")\n',
};

/** In the place of the native program: one demo, whose accuracy is n/8 and known from step 1 on. */
export const native = {
  describe: async () =>
    new Map([
      [
        'known-demo',
        {
          name: 'known-demo',
          parameters: [
            { name: 'n', min: 1, max: 1000, default: 3 },
            {
              name: 'look',
              label: 'Look',
              min: 0,
              max: 4,
              default: 0,
              view: true,
              choices: [...'abcde'],
            },
          ],
          readouts: [
            { name: 'accuracy', label: 'Share $a$', unit: '', decimals: 3 },
            { name: 'loss', label: 'Loss', unit: 'nat', decimals: 1 },
          ],
        },
      ],
    ]),
  record: async (runs) => new Map(runs.map((run) => [runKey(run), resultOf(run)])),
};

function resultOf({ demo, state }) {
  const values = Object.fromEntries(state.split(',').map((item) => item.split(':')));
  const accuracy = values.step === '1' ? null : Number(values.n ?? 3) / 8;
  return {
    demo,
    state: state ? `${state},step:9` : 'step:9',
    complete: true,
    readouts: { accuracy, loss: 1234.5 },
    narration: `It is right <${accuracy}>.`,
    figures: [
      {
        id: 'f',
        title: 'A figure',
        summary: '',
        table: { columns: ['n', 'share'], rows: [['3', '<1']] },
      },
    ],
    looks: [],
    plots: [{ id: 'f', bits: '0123456789abcdef', series: [] }],
  };
}

/** A second lesson, for what only two lessons can get wrong. */
export const secondLesson = {
  'lessons/01-02-second/lesson.md': lesson
    .replace('title: First', 'title: Second')
    .replace('order: 1', 'order: 2')
    .replace('check q5', 'check second-5'),
  'lessons/01-02-second/quiz.yml': quiz.replace(/\bq(\d)/g, 'second-$1'),
};

/**
 * Writes the course, changed as asked, and calls `use` with its folder.
 *
 * @param {Record<string, string | null | ((text: string) => string)>} changes by file: the whole new
 *   text, null to leave the file out, or a function of the text
 */
export async function withCourse(changes, use) {
  const root = mkdtempSync(join(tmpdir(), 'gradschool-site-'));
  try {
    const files = { ...goodFiles };
    for (const [file, change] of Object.entries(changes)) {
      files[file] = typeof change === 'function' ? change(files[file]) : change;
    }
    for (const [file, text] of Object.entries(files)) {
      if (text === null) continue;
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    }
    return await use(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The line of the first (or, from `from` on, next) occurrence of `text` in the changed file. */
export function lineOf(content, text) {
  return content.slice(0, content.indexOf(text)).split('\n').length;
}

export { lesson, quiz };
