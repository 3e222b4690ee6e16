// Every mistake that the site build finds is reported with its file and line.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkCourse } from '../../web/site/build.mjs';
import { describe } from '../../web/site/problems.mjs';
import {
  lesson,
  lessonFile,
  lineOf,
  native,
  quiz,
  quizFile,
  secondLesson,
  withCourse,
} from './fixture.mjs';

async function problemsOf(changes) {
  return withCourse(changes, async (root) => {
    try {
      await checkCourse(root, native);
      return [];
    } catch (error) {
      if (error.name !== 'CourseError') throw error;
      return error.problems.map(describe);
    }
  });
}

/** Replaces `from` by `to` in a file; the report must name the line on which `to` (or `at`) stands. */
function mistake(name, file, from, to, sentence, at = to) {
  test(name, async () => {
    const original = file === lessonFile ? lesson : quiz;
    assert.ok(original.includes(from), `the fixture has no "${from}"`);
    const spoilt = original.replace(from, () => to);
    const found = await problemsOf({ [file]: spoilt });
    const place = `${file}:${lineOf(spoilt, at)}: `;
    assert.ok(
      found.some((line) => line.startsWith(place) && line.includes(sentence)),
      `expected "${place}… ${sentence} …", got:\n${found.join('\n')}`,
    );
  });
}

test('a course without fault has no problems', async () => {
  assert.deepEqual(await problemsOf({}), []);
  assert.deepEqual(await problemsOf(secondLesson), []);
});

mistake(
  'unknown demo',
  lessonFile,
  'demo known-demo',
  'demo lost-demo',
  'unknown demo "lost-demo"',
);
mistake('demo without a task', lessonFile, 'Try it.\n\n', '', 'needs a task', '::: demo');
mistake(
  'the same demo twice',
  lessonFile,
  '::: note',
  '::: demo known-demo n=4\nTry.\n\nIt shows.\n:::\n\n::: note',
  'before; give this one an id=',
  '::: demo known-demo n=4',
);
mistake('lost program', lessonFile, 'first.cpp', 'lost.cpp', 'no file tests/examples/lost.cpp');
mistake('untested program', lessonFile, 'tests/examples/first', 'src/first', 'that the tests run');
mistake('odd height', lessonFile, 'n=3', 'n=3 wide=huge', '"wide" must be a height in pixels');
mistake('stray word', lessonFile, 'n=3', 'n=3 seven', '"seven" is not of the form');
mistake('unknown container', lessonFile, '::: note', '::: remark', 'unknown container "remark"');
mistake('open container', lessonFile, '::: quiz\n:::\n', '::: quiz\n', 'is not closed', '::: quiz');
mistake('no source', lessonFile, '[^lowe2004]', '[^lowe1999]', '[^lowe1999] has no entry');
mistake('dead anchor', lessonFile, '(#one-heading)', '(#two)', 'dead link "#two"');
mistake('dead page', lessonFile, '(#one', '(../01-09-no/lesson.md#one', 'no lesson "01-09-no"');
mistake('dead file', lessonFile, '(#one-heading)', '(picture.png)', 'dead link "picture.png"');
mistake('preset of no demo', lessonFile, '(#one-heading)', '(?x=n:1#x)', 'names no demo');
mistake(
  'unknown parameter',
  lessonFile,
  'demo n=3',
  'demo m=3',
  'no parameter "m"; it has n, look',
);
mistake('out of range', lessonFile, 'demo n=3', 'demo n=2e9', '"n" of demo "known-demo" must be a');
mistake('no number', lessonFile, 'demo n=3', 'demo n=three', 'from 1 to 1000, not "three"');
mistake('twice', lessonFile, '?known-demo=n:5', '?known-demo=n:5,n:6', '"n" is given twice');
mistake('preset out of range', lessonFile, '?known-demo=n:5', '?known-demo=n:0', 'not "0"');
mistake('preset with a bad seed', lessonFile, ',seed:2#', ',seed:-2#', '"seed" must be a whole');
mistake('number of no demo', lessonFile, '{{known', '{{lost', 'unknown demo "lost-demo"');
mistake('number of no run', lessonFile, ' n=5: a', ' m=5: a', 'has no parameter "m"');
mistake(
  'number of no read-out',
  lessonFile,
  ': acc',
  ': inacc',
  'no read-out "inaccuracy"; it has',
);
mistake('number in no form', lessonFile, ': accuracy}}', '}}', 'must have the form {{demo param=');
mistake('number without its end', lessonFile, 'accuracy}}', 'accuracy', 'must end with "}}"');
mistake('bad formula', lessonFile, '$x^2$', '$\\frac{1$', 'formula $\\frac{1$');
mistake(
  'bad display',
  lessonFile,
  '$$\ny = x',
  '$$\n\\nonsense',
  'formula $\\nonsense$',
  '$$\n\\nons',
);
mistake('single dollar', lessonFile, '$x^2$', '$x^2', 'dollar sign without its partner');
mistake('wrong heading level', lessonFile, '## One', '# One', 'are ## or ###');
mistake('missing field', lessonFile, 'minutes: 5\n', '', 'has no "minutes"', 'title: First');
mistake('unknown field', lessonFile, 'minutes: 5', 'minutes: 5\nhours: 1', 'not a known', 'hours');
mistake('wrong type', lessonFile, 'minutes: 5', 'minutes: five', '"minutes" must be integer');
mistake('wrong title', lessonFile, 'title: First', 'title: Worst', 'lessons/course.yml says First');
mistake('bad YAML', lessonFile, 'lang: en', 'lang: [en', 'not valid YAML', 'lesson_type');
mistake('double key', lessonFile, 'lang: en', 'lang: en\nlang: de', 'not valid YAML', 'lang: de');
mistake('odd source', lessonFile, '    short: Lowe 2004\n', '', 'has no "short"', '- id: lowe2004');
mistake('lost term', lessonFile, '#term-new-term', '#term-old-term', 'dead link "#term-old');
mistake(
  'term without a place',
  lessonFile,
  'anchor: one-heading',
  'anchor: two',
  '"New term" names "#two"',
);
mistake(
  'term twice',
  lessonFile,
  'sources:',
  '  - { term: New Term, text: Again., anchor: one-heading }\nsources:',
  '"New Term" is explained twice',
  '  - { term: New Term',
);
mistake('no such prerequisite', lessonFile, 's: []', 's: [00-00-no]', 'prerequisite "00-00-no"');
mistake(
  'unknown check',
  lessonFile,
  '::: quiz',
  '::: check q9\n:::\n\n::: quiz',
  'no question "q9"',
);
mistake(
  'shown twice',
  lessonFile,
  '::: quiz',
  '::: check q1\n:::\n\n::: quiz',
  'already',
  '::: quiz',
);

mistake(
  'question without a why',
  quizFile,
  '    why: "Because."\n',
  '',
  'q1 has no "why"',
  '- id: q1',
);
mistake(
  'option without feedback',
  quizFile,
  '        feedback: "No."\n',
  '',
  'option 2 has no "feedback"',
  '- text: "Another thing"',
);
mistake('empty feedback', quizFile, '"No."', '""', '"feedback" is empty', 'feedback: ""');
mistake(
  'id twice in a file',
  quizFile,
  '- id: q2',
  '- id: q1',
  'used before',
  '- id: q1\n    level: 2',
);
mistake('unknown type', quizFile, 'type: numeric', 'type: essay', 'must be one of: single');
mistake(
  'numeric with options',
  quizFile,
  'type: single',
  'type: numeric',
  'has no "answer"',
  '- id: q1',
);
mistake(
  'two right answers',
  quizFile,
  '"Another thing"',
  '"Other"\n        correct: true',
  'here 2',
  'options',
);
mistake(
  'prediction of no demo',
  quizFile,
  'demo: known-demo',
  'demo: lost',
  'shows no demo "lost"',
);
mistake('prediction of no run', quizFile, '"n:6"', '"n:6000"', '"n" of demo "known-demo" must be');
mistake(
  'prediction of no read-out',
  quizFile,
  'readout: accuracy',
  'readout: speed',
  'no read-out',
);
mistake('prediction with a key', quizFile, 'tolerance: 0.1', 'value: 1, tolerance: 0.1', 'go with');
mistake('guess at no read-out', lessonFile, 'n=3', 'n=3 predict=speed', 'no read-out "speed"');
mistake('unknown in quick_check', quizFile, 'q4]', 'q7]', 'names "q7"', 'q7');
mistake('falling level', quizFile, '[q1, q2', '[q2, q1', 'must rise in level', 'quick_check');
mistake('three in quick_check', quizFile, ', q4]', ']', 'fewer than 4', 'quick_check');
mistake('lost anchor', quizFile, 'anchor: one-heading', 'anchor: none', 'has no heading "#none"');
mistake('feedback for the right number', quizFile, '"0.2":', '"0.8":', 'which is a right answer');
mistake('bad formula in a question', quizFile, '$x$', '${x$', 'formula ${x$');
mistake('single dollar in a question', quizFile, '$x$', '$x', 'no closing dollar');
mistake('all of the above', quizFile, 'Another thing', 'All of the above', 'write out');
mistake('malformed quiz.yml', quizFile, 'level: 1', 'level: [1', 'not valid YAML', 'topics');
mistake('level out of range', quizFile, 'level: 4', 'level: 5', '"level" must be <= 4');

test('an id used in two lessons names both places', async () => {
  const second = 'lessons/01-02-second/quiz.yml';
  const spoilt = secondLesson[second].replaceAll('second-2', 'q2');
  const found = await problemsOf({ ...secondLesson, [second]: spoilt });
  const line = lineOf(spoilt, '- id: q2');
  const before = lineOf(quiz, '- id: q2');
  assert.ok(
    found.includes(`${second}:${line}: question id "q2" is used before, at ${quizFile}:${before}`),
    found.join('\n'),
  );
});

test('the longest option must not be the answer more often than chance', async () => {
  const spoilt = quiz.replaceAll('"One thing"', '"One thing that goes on and on"');
  const found = await problemsOf({ [quizFile]: spoilt });
  const place = `${quizFile}:${lineOf(spoilt, '- id: q4')}: `;
  assert.ok(
    found.some((line) => line.startsWith(place) && line.includes('in 3 of 3')),
    found.join(),
  );
});

test('missing files and front matter are named', async () => {
  const lost = await problemsOf({ [quizFile]: null });
  assert.ok(lost.includes(`${quizFile}:1: this file is missing`), lost.join('\n'));
  const bare = await problemsOf({ [lessonFile]: 'Just text.\n' });
  assert.ok(
    bare.some((line) => line.startsWith(`${lessonFile}:1: expected front matter`)),
    bare.join(),
  );
});

test('a line of demos.inc that is no DEMO(…) is named', async () => {
  const found = await problemsOf({ 'src/demos/demos.inc': (text) => `${text}DEMO(half\n` });
  assert.ok(
    found.some((line) => line.startsWith('src/demos/demos.inc:3: ')),
    found.join('\n'),
  );
});

test('demos of two modules cannot stand on one page', async () => {
  const far = '::: demo far-demo\nTry.\n\nIt shows.\n:::\n\n::: note';
  const text = lesson.replace('::: note', () => far);
  const found = await problemsOf({
    [lessonFile]: text,
    'src/demos/demos.inc': (inc) => `${inc}DEMO(2, far_demo, "far-demo", "Far demo")\n`,
  });
  const place = `${lessonFile}:${lineOf(text, 'demo far-demo')}: `;
  const sentence = 'demo "far-demo" is in the module demos-2, "known-demo" above in demos-1';
  assert.ok(found.includes(place + sentence), found.join('\n'));
});

test('the quick check must be shown', async () => {
  const found = await problemsOf({ [lessonFile]: lesson.replace('::: quiz\n:::\n', '') });
  assert.ok(
    found.some((line) => line.includes('the quick check is not shown')),
    found.join('\n'),
  );
});

const common = `    level: 2
    topics: [t]
    prompt: "What?"
    hint: "Think."
    why: "Because."
    anchor: one-heading
`;
const further = `${quiz}
  - id: q6
    type: do
    answer:
      demo: known-demo
      state: "n:6"
      conditions:
        - { readout: accuracy, above: 0.5 }
        - { parameter: n, at_most: 8 }
${common}  - id: q7
    type: fill
    text: "A ___ b"
    gaps: [{ accept: [x] }]
${common}  - id: q8
    type: match
    options:
      - { left: "l1", text: "t1", feedback: "f" }
      - { left: "l2", text: "t2", feedback: "f" }
${common}  - id: q9
    type: predict
    variant: { m: [4, 5] }
    answer: { demo: known-demo, state: "n:{{m}}", readout: accuracy, tolerance: 0.1 }
${common}`;

test('questions of the further types are checked', async () => {
  assert.deepEqual(await problemsOf({ [quizFile]: further }), []);
  const mistakes = [
    ['readout: accuracy, above', 'readout: speed, above', 'q6: demo "known-demo" has no read-out'],
    [
      'parameter: n,',
      'parameter: m,',
      'q6: demo "known-demo" has no parameter "m"; it has n, look',
    ],
    ['demo: known-demo\n      state', 'demo: lost\n      state', 'q6: ' + lessonFile],
    ['at_most: 8', 'most: 8', 'is not a known field'],
    ['A ___ b', 'A ___ b ___', 'q7: the text has 2 marks ___ for 1 gaps'],
    ['left: "l1", ', '', 'q8: options without a left side stand at the end'],
    ['n, at_most: 8', 'look, at_most: 8', 'q6: "look" is a choice: it can only be asked with'],
    ['text: "t1"', 'text: "t: 1"', 'q8: option 1 holds ":", which readers of exported GIFT'],
    ['type: single', 'type: multiple', 'a multiple choice with one correct option is a single'],
    ['m: [4, 5]', 'm: [4, 5000]', 'q9: "n" of demo "known-demo" must be'],
    ['m: [4, 5]', 'm: 1 + 1', 'q9: a prediction with variants names lists or ranges'],
    ['type: fill', 'type: essay', 'must be one of'],
  ];
  for (const [from, to, sentence] of mistakes) {
    assert.ok(further.includes(from), from);
    const found = await problemsOf({ [quizFile]: further.replace(from, () => to) });
    assert.ok(
      found.some((line) => line.startsWith(quizFile) && line.includes(sentence)),
      `${sentence}: ${found.join('\n')}`,
    );
  }
});

test('ids of questions are permanent', async () => {
  const list = 'lessons/question-ids.txt';
  const ids = ['q1', 'q2', 'q3', 'q4', 'q5', ''];
  assert.deepEqual(await problemsOf({ [list]: [...ids, 'old retired'].join('\n') }), []);
  const renamed = await problemsOf({
    [list]: ids.join('\n'),
    [quizFile]: quiz.replace('id: q2', 'id: qb').replace('[q1, q2,', '[q1, qb,'),
  });
  assert.ok(renamed.some((line) => line.startsWith(`${list}:2: question id "q2" is permanent`)));
  const revived = await problemsOf({ [list]: ids.join('\n').replace('q3', 'q3 retired') });
  assert.ok(revived.some((line) => line.includes('question id "q3" was retired')));
  const twice = await problemsOf({ [list]: [...ids, 'q1'].join('\n') });
  assert.deepEqual(twice, [`${list}:7: question id "q1" is listed twice, first in line 1`]);
  const added = await problemsOf({ [list]: ids.filter((id) => id !== 'q4').join('\n') });
  const line = lineOf(quiz, '  - id: q4');
  assert.deepEqual(added, [`${quizFile}:${line}: question q4 is not in ${list}; add a line "q4"`]);
});
