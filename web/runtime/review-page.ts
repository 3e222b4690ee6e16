// The review: what is due today, asked at once; the target date; the reader's progress as a file.
// What is due follows from the history alone (src/quiz/review.h).

import { Course, Paper, type ExamModel } from './paper.js';
import { eraseProgress, exportProgress, importProgress } from './progress-file.js';
import { askingsByDay, dayOf, remember } from './progress.js';
import type { QuizModule } from './quiz-module.js';
import { take, takeOrSetAside, type Answer } from './records.js';
import { newer, onChange, openStore, StorageProblem, type Records } from './store.js';

/** As review_plan() in src/app/main_quiz.cpp writes it. */
interface Plan {
  now: string[];
  due: number;
  next: number | null;
  answered: number;
  days_active: number;
  streak: number;
}

const part = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const message = part('message');
const dueText = part('due');
const beginButton = part<HTMLButtonElement>('begin');
const running = part('running');
const target = part<HTMLInputElement>('target');
const nextButton = part<HTMLButtonElement>('next');
const file = part<HTMLInputElement>('file');

let quiz: QuizModule;
let course: Course;
let plan: Plan;
let paper: Paper | null = null;
let shown: ExamModel | null = null;
let current = 0;
let remembered = new Set<string>();

const say = (sentence: string) => {
  message.textContent = sentence;
  message.hidden = sentence === '';
};
const sentenceOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function attempt(work: () => void | Promise<void>): void {
  say('');
  void (async () => work())().catch((error: unknown) => say(sentenceOf(error)));
}

const count = (n: number, one: string) => `${n} ${n === 1 ? one : `${one}s`}`;

// ---- Today ---------------------------------------------------------------------------------------

async function look(): Promise<void> {
  const records = await openStore()
    .then((store) => store.read(null))
    .catch((error: unknown) => {
      say(sentenceOf(error));
      return new Map<string, string>() as Records;
    });
  target.value = take<string>(records, 'plan')?.items['target'] ?? '';
  const today = dayOf(Date.now());
  plan = quiz.json<Plan>('review_plan', askingsByDay(records), today, targetDay());
  dueText.textContent = dueSentence(today);
  beginButton.disabled = plan.now.length === 0;
  part('days').textContent =
    plan.days_active === 0
      ? ''
      : `On ${count(plan.days_active, 'day')} of the last 14 you have answered something` +
        (plan.streak > 1 ? `, the last ${plan.streak} days in a row.` : '.');
  const aside = [...records.keys()].filter((name) => name.startsWith('aside:')).length;
  part('aside').textContent =
    aside === 0
      ? ''
      : `${count(aside, 'damaged record')} set aside in this browser; the file holds a copy.`;
}

/** -1 without a target. */
const targetDay = () =>
  target.valueAsNumber >= 0 ? Math.floor(target.valueAsNumber / 86_400_000) : -1;

function dueSentence(today: number): string {
  if (plan.answered === 0) {
    return 'Nothing yet: questions come here once you have answered them in a lesson or an exam.';
  }
  if (plan.due > plan.now.length) {
    return `${plan.due} questions are due. Ten of them are enough for today; the others can wait.`;
  }
  if (plan.due > 0) return `${count(plan.due, 'question')} due.`;
  const days = plan.next === null ? 0 : plan.next - today;
  return `Nothing is due. The next question comes ${days <= 1 ? 'tomorrow' : `in ${days} days`}.`;
}

async function begin(): Promise<void> {
  const seed = dayOf(Date.now());
  await course.fetch(plan.now);
  const asked = quiz.json<string[]>('exam_begin', plan.now.join(','), seed, 0);
  remembered = new Set();
  paper = await Paper.show(part('questions'), await course.fetch(asked), act);
  part('today').hidden = true;
  running.hidden = false;
  update();
  go(0);
}

function act(action: string, item: number, option: number, text: string): void {
  quiz.text('exam_act', action, item, option, text);
  update();
  void keep().catch((error: unknown) => say(sentenceOf(error)));
}

function go(place: number): void {
  current = place;
  paper!.go(current);
  update();
  const set = paper!.sets[current]!;
  set.tabIndex = -1;
  set.focus();
}

function update(): void {
  shown = quiz.json<ExamModel>('exam_model');
  paper!.update(shown);
  const last = current === paper!.sets.length - 1;
  const { phase } = shown.quiz.items[current]!;
  part('clock').textContent = `Question ${current + 1} of ${paper!.sets.length}`;
  nextButton.textContent = last ? 'Done' : 'Next';
  nextButton.disabled = phase !== 'right' && phase !== 'revealed';
}

/** Every first try goes into the history at once. */
async function keep(): Promise<void> {
  const { answers } = quiz.json<{ answers: { items: Record<string, Answer> } }>('exam_save');
  const graded = Object.entries(answers.items).filter(
    ([id, { tries }]) => tries > 0 && !remembered.has(id),
  );
  if (graded.length === 0) return;
  graded.forEach(([id]) => remembered.add(id));
  const store = await openStore();
  await store.change(null, (records) => remember(records, graded, 'review'));
}

async function stop(): Promise<void> {
  running.hidden = true;
  part('today').hidden = false;
  part('questions').replaceChildren();
  history.replaceState(null, '', location.pathname); // it held the runs of tasks
  paper = null;
  const asked = remembered.size;
  await look();
  if (asked > 0) say(`${count(asked, 'question')} reviewed.`);
  const title = part('today-title');
  title.tabIndex = -1;
  title.scrollIntoView({ block: 'center' });
  title.focus({ preventScroll: true });
}

// ---- Target date and progress --------------------------------------------------------------------

async function keepTarget(): Promise<void> {
  const store = await openStore();
  await store.change(null, (records) => {
    const record = takeOrSetAside<string>(records, 'plan');
    if (record === null) throw new StorageProblem(newer);
    if (target.value) record.items['target'] = target.value;
    else delete record.items['target'];
    records.set('plan', JSON.stringify(record));
  });
  await look();
}

async function saveFile(): Promise<void> {
  const blob = new Blob([await exportProgress()], { type: 'application/json' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = `gradschool-progress-${new Date().toISOString().slice(0, 10)}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function addFile(): Promise<void> {
  const [chosen] = file.files ?? [];
  if (!chosen) return;
  const text = await chosen.text();
  file.value = '';
  const problemOf = async (lesson: string, record: string) => {
    if (!course.hasLesson(lesson)) return '';
    await course.fetchLesson(lesson);
    try {
      return quiz.text('answers_problem', lesson, record);
    } catch (error) {
      return sentenceOf(error);
    }
  };
  const sentence = await importProgress(text, problemOf);
  await look();
  say(sentence);
}

async function erase(): Promise<void> {
  if (!confirm('Erase all answers, attempts and the review plan in this browser?')) return;
  await eraseProgress();
  await look();
  say('Erased.');
}

// ---- Start ---------------------------------------------------------------------------------------

async function start(): Promise<void> {
  course = await Course.open();
  quiz = course.quiz;
  await look();
  beginButton.addEventListener('click', () => attempt(begin));
  nextButton.addEventListener('click', () =>
    attempt(() => (current + 1 < paper!.sets.length ? go(current + 1) : stop())),
  );
  part('stop').addEventListener('click', () => attempt(stop));
  target.addEventListener('change', () => attempt(keepTarget));
  part('export').addEventListener('click', () => attempt(saveFile));
  part('import').addEventListener('click', () => file.click());
  file.addEventListener('change', () => attempt(addFile));
  part('reset').addEventListener('click', () => attempt(erase));
  onChange(() => paper === null && void look());
}

start().catch((error: unknown) => say(`The review could not start: ${sentenceOf(error)}`));
