// The Exam Center: from the form to a paper, through it, to its result. The exam itself (what counts,
// what may be done, how time passes) is src/quiz/exam.h; this file shows it and keeps it.

import { announcement, clockText } from './exam-clock.js';
import { attemptsChart, percent, topicScores } from './attempts-chart.js';
import { Course, Paper, printable, type ExamModel } from './paper.js';
import { askingsByDay, remember } from './progress.js';
import type { QuizModule } from './quiz-module.js';
import { takeOrSetAside, take, type Answer, type Attempt } from './records.js';
import { newer, onChange, openStore, StorageProblem } from './store.js';
import { expectWriting, forgetNotes, notesOf, settled } from './unsaved.js';

/** The exam that is running, as it is kept. */
interface Kept {
  /** Exam::save(). */
  saved: string;
  /** The blueprint, as in addresses. */
  paper: string;
  began: number;
  /** The tab that it runs in; another one must not write it. */
  holder: string;
  /** Questions that are in the history already. */
  remembered: string[];
}

/** The exam goes on in another tab. */
class Elsewhere extends Error {}

const part = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const form = part<HTMLFormElement>('blueprint');
const fittingText = part('fitting');
const beginButton = part<HTMLButtonElement>('begin');
const printButton = part<HTMLButtonElement>('print');
const linkButton = part<HTMLButtonElement>('copy-link');
const message = part('message');
const running = part('running');
const clock = part('clock');
const spoken = part('spoken');
const pauseButton = part<HTMLButtonElement>('pause');
const handInButton = part<HTMLButtonElement>('hand-in');
const places = part('places');
const questionsHome = part('questions');
const [backButton, nextButton] = [part<HTMLButtonElement>('back'), part<HTMLButtonElement>('next')];
const resultHome = part('result');
const pastHome = part('past');

const me = `${Date.now()}-${Math.random()}`;
/** Milliseconds between two writings of the clock. */
const keepEvery = 5000;

let quiz: QuizModule;
let course: Course;
let paper: Paper | null = null;
let shown: ExamModel | null = null;
let current = 0;
let kept: Kept | null = null;
let weak: string[] = [];
let lastKept = 0;
let writing: Promise<void> = Promise.resolve();

const say = (sentence: string) => {
  message.textContent = sentence;
  message.hidden = sentence === '';
};
const count = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;
const sentenceOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Runs what a reader asked for; what goes wrong is said. */
function attempt(work: () => void | Promise<void>): void {
  say('');
  void (async () => work())().catch((error: unknown) => say(sentenceOf(error)));
}

// ---- The form ------------------------------------------------------------------------------------

const field = (name: string) => form.elements.namedItem(name) as HTMLInputElement;
const checked = (name: string) =>
  [...form.querySelectorAll<HTMLInputElement>(`[name="${name}"]:checked`)].map(
    (input) => input.value,
  );
const isTimed = () =>
  form.querySelector<HTMLInputElement>('[name="mode"]:checked')?.value === 'exam';

/** What the form asks for, as in addresses. */
function blueprint(): string {
  const parts = [`count=${field('count').value}`, `seed=${field('seed').value}`];
  for (const name of ['lessons', 'topics', 'levels']) {
    if (checked(name).length > 0) parts.push(`${name}=${checked(name).join(',')}`);
  }
  if (isTimed()) parts.push(`minutes=${field('minutes').value}`);
  if (field('weak').checked) parts.push(`among=${weak.join(',')}`);
  else if (form.dataset['among']) parts.push(`among=${form.dataset['among']}`);
  return quiz.text('quiz_blueprint', parts.join('&'));
}

/** Fills the form from an address. */
function fillForm(address: string): void {
  const wanted = new URLSearchParams(address);
  const text = [...wanted].map(([name, value]) => `${name}=${value}`).join('&');
  const plan = new URLSearchParams(quiz.text('quiz_blueprint', text));
  for (const name of ['lessons', 'topics', 'levels']) {
    const values = plan.get(name)?.split(',') ?? [];
    for (const input of form.querySelectorAll<HTMLInputElement>(`[name="${name}"]`)) {
      input.checked = values.includes(input.value);
      if (input.checked) input.closest('details')?.setAttribute('open', '');
    }
  }
  field('count').value = plan.get('count') ?? '20';
  field('seed').value = wanted.has('seed') ? plan.get('seed')! : String(newSeed());
  if (plan.has('minutes')) field('minutes').value = plan.get('minutes')!;
  const mode = plan.has('minutes') ? 'exam' : 'practice';
  form.querySelector<HTMLInputElement>(`[name="mode"][value="${mode}"]`)!.checked = true;
  form.dataset['among'] = plan.get('among') ?? '';
}

const newSeed = () => 1 + Math.floor(Math.random() * 9999);

function showFitting(): void {
  part('minutes-label').hidden = !isTimed();
  let fitting = 0;
  try {
    fitting = Number(quiz.text('quiz_fitting', blueprint()));
    const asked = Math.min(fitting, Number(field('count').value));
    const found = `${count(fitting, 'question fits', 'questions fit')}; the paper asks ${asked}.`;
    fittingText.textContent = fitting === 0 ? 'No question fits; choose less narrowly.' : found;
  } catch (error) {
    fittingText.textContent = sentenceOf(error);
  }
  for (const button of [beginButton, printButton, linkButton]) button.disabled = fitting === 0;
}

function setUpForm(): void {
  form.addEventListener('input', ({ target }) => {
    const input = target as HTMLInputElement;
    if (input.name === 'chapter') {
      const lessons = input.closest('li')!.querySelectorAll<HTMLInputElement>('[name="lessons"]');
      lessons.forEach((lesson) => (lesson.checked = input.checked));
    }
    if (input.name === 'weak') form.dataset['among'] = '';
    showFitting();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    attempt(begin);
  });
  printButton.addEventListener('click', () => attempt(print));
  linkButton.addEventListener('click', () =>
    attempt(async () => {
      const address = new URL(`?${blueprint()}`, location.href).href;
      history.replaceState(null, '', address);
      await navigator.clipboard.writeText(address).catch(() => {
        throw new Error('The link is in the address bar now; copy it from there.');
      });
      say('Copied. Who opens the link gets the same paper.');
    }),
  );
}

// ---- Through the paper ---------------------------------------------------------------------------

/** Makes the paper of a blueprint and gives it to the engine; its ids. */
async function beginPaper(text: string): Promise<string[]> {
  const ids = quiz.json<string[]>('quiz_paper', text);
  await course.fetch(ids);
  const plan = new URLSearchParams(text);
  const [seed, minutes] = [Number(plan.get('seed')), Number(plan.get('minutes') ?? 0)];
  const asked = quiz.json<string[]>('exam_begin', ids.join(','), seed, minutes);
  say(course.problems.join(' '));
  return asked;
}

async function begin(): Promise<void> {
  const text = blueprint();
  const ids = await beginPaper(text);
  history.replaceState(null, '', `?${text}`);
  kept = { saved: '', paper: text, began: Date.now(), holder: me, remembered: [] };
  current = 0;
  await open(ids);
  keep(true);
}

/** Gives a saved exam to the engine; its ids. */
async function load(saved: string): Promise<string[]> {
  const { ids } = JSON.parse(saved) as { ids: string[] };
  await course.fetch(ids);
  return quiz.json<string[]>('exam_load', saved);
}

/** Goes on with the exam that was kept, in this tab. */
async function goOn(): Promise<void> {
  const found = await readKept();
  if (found === null) throw new Error('The exam is no longer there.');
  const ids = await load(found.saved);
  kept = { ...found, holder: me };
  quiz.text('exam_set', 'resume');
  await open(ids);
  keep(true);
}

async function open(ids: string[]): Promise<void> {
  paper = await Paper.show(questionsHome, await course.fetch(ids), act);
  form.hidden = true;
  pastHome.hidden = true;
  part('elsewhere').hidden = true;
  running.hidden = false;
  places.replaceChildren(
    ...ids.map((_, place) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = String(place + 1);
      button.addEventListener('click', () => go(place, true));
      const entry = document.createElement('li');
      entry.append(button);
      return entry;
    }),
  );
  update();
  go(Math.min(shown!.quiz.current, ids.length - 1), true);
}

function act(action: string, item: number, option: number, text: string): void {
  quiz.text('exam_act', action, item, option, text);
  update();
  keep();
}

function go(place: number, focus: boolean): void {
  if (!paper || !shown) return;
  current = Math.max(0, Math.min(place, paper.sets.length - 1));
  quiz.text('exam_act', 'go', current, 0, '');
  paper.go(shown.state === 'handed_in' ? null : current);
  backButton.disabled = current === 0;
  nextButton.disabled = current === paper.sets.length - 1;
  update();
  if (!focus) return;
  const set = paper.sets[current]!;
  set.tabIndex = -1;
  set.focus();
}

function update(): void {
  const before = shown;
  shown = quiz.json<ExamModel>('exam_model');
  const { state, timed, answered, quiz: model } = shown;
  paper?.update(shown);
  running.dataset['state'] = state;
  running.classList.toggle('timed', timed);
  questionsHome.hidden = state === 'paused';
  part('steps').hidden = state !== 'running';
  places.hidden = state === 'paused';
  pauseButton.hidden = state === 'handed_in';
  pauseButton.textContent = state === 'paused' ? 'Continue' : 'Pause';
  handInButton.hidden = state !== 'running';
  handInButton.textContent = timed ? 'Hand in' : 'Finish';
  showClock(before);
  [...places.querySelectorAll('button')].forEach((button, place) => {
    const { phase } = model.items[place]!;
    const status = phase === 'open' ? (answered[place] ? 'answered' : 'open') : phase;
    button.dataset['status'] = status;
    const names = { right: 'right', wrong: 'not right yet', revealed: 'answer shown' };
    button.ariaLabel =
      `Question ${place + 1}` +
      (status === 'open' ? '' : `, ${names[status as keyof typeof names] ?? status}`);
    if (place === current && state !== 'handed_in') button.setAttribute('aria-current', 'step');
    else button.removeAttribute('aria-current');
  });
  if (state === 'handed_in' && before?.state !== 'handed_in') showResult();
}

function showClock(before: ExamModel | null): void {
  const { state, timed, elapsed, limit } = shown!;
  if (state === 'handed_in') clock.textContent = '';
  else if (timed) clock.textContent = `${clockText(limit - elapsed)} left`;
  else clock.textContent = `Question ${current + 1} of ${paper?.sets.length ?? 0}`;
  if (state === 'paused') clock.textContent = `Paused. ${timed ? clock.textContent : ''}`;
  if (timed && before) {
    const sentence = announcement(limit - before.elapsed, limit - elapsed, limit);
    if (sentence) spoken.textContent = sentence;
  }
}

function tick(): void {
  if (!kept || shown?.state !== 'running' || document.hidden) return;
  quiz.text('exam_tick', performance.now());
  update();
  if (shown.state !== 'running') say('Time is up: the exam has been handed in.');
  if (performance.now() - lastKept > keepEvery || shown.state !== 'running') keep();
}

function pauseOrContinue(): void {
  quiz.text('exam_set', shown?.state === 'paused' ? 'resume' : 'pause');
  update();
  keep();
  if (shown?.state === 'running') go(current, true);
}

function handIn(): void {
  const open = shown!.answered.filter((each) => !each).length;
  const what = count(open, 'question is', 'questions are');
  if (open > 0 && !confirm(`${what} not answered. Hand in all the same?`)) return;
  quiz.text('exam_set', 'hand_in');
  update();
  keep();
}

// ---- Result --------------------------------------------------------------------------------------

function showResult(): void {
  const { result, elapsed } = shown!;
  const { right, asked, unanswered, topics } = result!;
  const minutes = Math.max(1, Math.round(elapsed / 60_000));
  part('score').textContent =
    `${right} of ${asked} right at the first try (${percent(right, asked)}), ` +
    `in ${count(minutes, 'minute', 'minutes')}` +
    (unanswered > 0 ? `; ${unanswered} not answered.` : '.');
  part('score-by-topic').replaceChildren(topicScores(topics));
  resultHome.hidden = false;
  paper?.go(null);
  part('score').focus();
}

async function leave(): Promise<void> {
  const store = await openStore();
  await store.change(['exam'], (records) => records.delete('exam')).catch(() => {});
  kept = null;
  shown = null;
  paper = null;
  [running.hidden, resultHome.hidden, form.hidden] = [true, true, false];
  questionsHome.replaceChildren();
  field('seed').value = String(newSeed());
  await readPast();
  showFitting();
  form.querySelector<HTMLElement>('legend')?.scrollIntoView({ block: 'center' });
  form.querySelector<HTMLElement>('[name="mode"]:checked')?.focus({ preventScroll: true });
}

async function print(): Promise<void> {
  const text = paper ? kept!.paper : blueprint();
  const sheetHome = part('sheet');
  let sets = paper?.sets;
  if (!sets) {
    const ids = await beginPaper(text);
    const copy = await Paper.show(document.createElement('div'), await course.fetch(ids), () => {});
    copy.update(quiz.json<ExamModel>('exam_model'));
    sets = copy.sets;
  }
  sheetHome.replaceChildren(printable(sets, new URL(`?${text}`, location.href).href));
  window.print();
}

// ---- Keeping -------------------------------------------------------------------------------------

async function readKept(): Promise<Kept | null> {
  const store = await openStore();
  const [note] = notesOf<Kept>('exam').slice(-1);
  const found = await store.change(null, (records) => {
    const record = takeOrSetAside<Kept>(records, 'exam');
    if (record === null) throw new StorageProblem(newer);
    const there = record.items['exam'];
    if (!there || note?.holder !== there.holder || note.began !== there.began) return there ?? null;
    record.items['exam'] = { ...there, saved: note.saved };
    records.set('exam', JSON.stringify(record));
    return record.items['exam'];
  });
  forgetNotes('exam');
  return found;
}

/** Writes the exam, and what of it is final; `first`: whoever had it before. */
function keep(first = false): void {
  if (!kept) return;
  lastKept = performance.now();
  const now = { ...kept, saved: quiz.text('exam_save') };
  const model = shown!;
  expectWriting(keep, 'exam', () => now);
  writing = writing
    .then(() => write(now, model, first))
    .catch((error: unknown) => {
      if (error instanceof Elsewhere) goesOnElsewhere();
      else say(sentenceOf(error));
    });
  const last = writing;
  void last.then(() => last === writing && settled(keep));
}

async function write(now: Kept, model: ExamModel, first: boolean): Promise<void> {
  const store = await openStore();
  const { answers } = JSON.parse(now.saved) as { answers: { items: Record<string, Answer> } };
  const graded = Object.entries(answers.items).filter(
    ([id, { tries }]) => tries > 0 && !kept?.remembered.includes(id),
  );
  await store.change(null, (records) => {
    const record = takeOrSetAside<Kept>(records, 'exam');
    if (record === null) throw new StorageProblem(newer);
    const there = record.items['exam'];
    if (!first && there && there.holder !== me) throw new Elsewhere();
    remember(records, graded, 'exam');
    const remembered = [...now.remembered, ...graded.map(([id]) => id)];
    record.items['exam'] = { ...now, remembered: [...new Set(remembered)] };
    records.set('exam', JSON.stringify(record));
    if (model.state !== 'handed_in' || !model.result) return;
    const attempts = takeOrSetAside<Attempt>(records, 'attempts');
    const key = String(now.began);
    if (attempts === null || key in attempts.items) return;
    attempts.items[key] = {
      finished: Date.now(),
      paper: now.paper,
      seconds: Math.round(model.elapsed / 1000),
      right: model.result.right,
      total: model.result.asked,
      topics: model.result.topics,
    };
    records.set('attempts', JSON.stringify(attempts));
  });
  kept?.remembered.push(...graded.map(([id]) => id));
}

function goesOnElsewhere(): void {
  kept = null;
  paper = null;
  shown = null;
  running.hidden = true;
  form.hidden = true;
  questionsHome.replaceChildren();
  part('elsewhere').hidden = false;
  part('elsewhere-text').textContent = 'This exam goes on in another tab.';
}

/** Offers an exam that was not handed in; one that was is shown. */
async function offerKept(): Promise<void> {
  const found = await readKept().catch((error: unknown) => {
    say(sentenceOf(error));
    return null;
  });
  if (found === null) return;
  try {
    const ids = await load(found.saved);
    const { state, timed, limit, elapsed, answered } = quiz.json<ExamModel>('exam_model');
    if (state === 'handed_in') {
      kept = { ...found, holder: me };
      await open(ids);
      return;
    }
    form.hidden = true;
    part('elsewhere').hidden = false;
    const done = answered.filter(Boolean).length;
    part('elsewhere-text').textContent =
      `You have begun a paper: ${done} of ${ids.length} answered` +
      (timed ? `, ${clockText(limit - elapsed)} left.` : '.');
  } catch (error) {
    // Of a course that has changed, or damaged: kept aside, and another can begin.
    const store = await openStore();
    await store.change(null, (records) => {
      let place = 1;
      while (records.has(`aside:${place}`)) place++;
      records.set(`aside:${place}`, JSON.stringify({ from: 'exam', text: found.saved }));
      records.delete('exam');
    });
    say(`${sentenceOf(error)} A copy is kept aside in this browser.`);
  }
}

async function readPast(): Promise<void> {
  const records = await openStore()
    .then((store) => store.read(null))
    .catch(() => new Map<string, string>());
  weak = quiz.json<string[]>('review_weak', askingsByDay(records));
  field('weak').disabled = weak.length === 0;
  part('weak-count').textContent =
    weak.length === 0 ? 'none so far' : count(weak.length, 'question', 'questions');
  const attempts = Object.values(take<Attempt>(records, 'attempts')?.items ?? {});
  attempts.sort((a, b) => a.finished - b.finished);
  pastHome.hidden = attempts.length === 0;
  if (attempts.length > 0)
    part('past-figure').replaceChildren(attemptsChart(attempts, pastHome.clientWidth));
}

// ---- Start ---------------------------------------------------------------------------------------

async function start(): Promise<void> {
  course = await Course.open();
  quiz = course.quiz;
  await readPast();
  try {
    fillForm(location.search.slice(1));
  } catch (error) {
    say(sentenceOf(error));
    fillForm('');
  }
  setUpForm();
  showFitting();
  await offerKept();
  pauseButton.addEventListener('click', () => attempt(pauseOrContinue));
  handInButton.addEventListener('click', () => attempt(handIn));
  backButton.addEventListener('click', () => go(current - 1, true));
  nextButton.addEventListener('click', () => go(current + 1, true));
  part('continue').addEventListener('click', () => attempt(goOn));
  part('discard').addEventListener('click', () =>
    attempt(async () => {
      if (confirm('Give this paper up? Its answers are not counted.')) {
        part('elsewhere').hidden = true;
        await leave();
      }
    }),
  );
  part('new-paper').addEventListener('click', () => attempt(leave));
  part('print-result').addEventListener('click', () => attempt(print));
  setInterval(() => attemptQuietly(tick), 1000);
  addEventListener('pagehide', () => keep());
  document.addEventListener('visibilitychange', () => document.hidden && keep());
  onChange((names) => {
    if (!names.includes('exam') || !kept) return;
    void readKept().then((there) => {
      if (kept && there && there.holder !== me) goesOnElsewhere();
    });
  });
  form.dataset['ready'] = '';
}

/** Like attempt(), but leaves what was said. */
function attemptQuietly(work: () => void): void {
  try {
    work();
  } catch (error) {
    say(sentenceOf(error));
  }
}

start().catch((error: unknown) => say(`The Exam Center could not start: ${sentenceOf(error)}`));
