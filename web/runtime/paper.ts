// A paper on a page of its own: the forms that the site build made of its questions, in the order of
// the paper, brought to life by the quiz engine.

import { PaperTask, type TaskDemo } from './paper-task.js';
import { QuizModule } from './quiz-module.js';
import { QuizForm, type BankQuestion, type QuizModel } from './quiz-form.js';

/** What the site build wrote for a lesson: its title, and the form of each question by id. */
interface LessonForms {
  title: string;
  forms: Record<string, string>;
  /** Where tasks are done, by question. */
  tasks: Record<string, TaskDemo>;
}

/** A question of the bank, as far as pages need it. */
export interface Question extends BankQuestion {
  lesson: string;
  anchor?: string;
  topics: string[];
}

/** As Exam::view_model() writes it. */
export interface ExamModel {
  state: 'running' | 'paused' | 'handed_in';
  timed: boolean;
  elapsed: number;
  limit: number;
  answered: boolean[];
  quiz: QuizModel & { current: number };
  result?: ExamResult;
}

export interface ExamResult {
  right: number;
  asked: number;
  unanswered: number;
  topics: Record<string, [right: number, asked: number]>;
}

const site = new URL('../', import.meta.url);
const loaded = new Map<string, Promise<LessonForms>>();

export async function fetchText(path: string): Promise<string> {
  const response = await fetch(new URL(path, site)).catch(() => null);
  if (!response?.ok) throw new Error('The questions could not be loaded.');
  return response.text();
}

function formsOf(lesson: string): Promise<LessonForms> {
  const known = loaded.get(lesson);
  if (known) return known;
  const forms = fetchText(`quiz/forms/${lesson}.json`).then(
    (text) => JSON.parse(text) as LessonForms,
  );
  loaded.set(lesson, forms);
  forms.catch(() => loaded.delete(lesson)); // to be asked for again
  return forms;
}

/** The questions that can be asked: those of the lessons that were asked for so far. */
export class Course {
  /** What is wrong with questions that were left out, a sentence each. */
  readonly problems: string[] = [];
  private readonly questions = new Map<string, Question>();
  private readonly lessonOf: Map<string, string>;
  private readonly asked = new Map<string, Promise<void>>();

  private constructor(
    readonly quiz: QuizModule,
    catalogue: string,
  ) {
    quiz.text('quiz_catalogue', catalogue);
    const lines = (JSON.parse(catalogue) as { questions: [id: string, lesson: string][] })
      .questions;
    this.lessonOf = new Map(lines.map(([id, lesson]) => [id, lesson]));
  }

  static async open(): Promise<Course> {
    const [quiz, text] = await Promise.all([QuizModule.load(), fetchText('quiz/catalogue.json')]);
    return new Course(quiz, text);
  }

  /** Gives the engine the banks of these questions' lessons; the questions that there are. */
  async fetch(ids: string[]): Promise<Question[]> {
    const lessons = new Set(ids.flatMap((id) => this.lessonOf.get(id) ?? []));
    await Promise.all([...lessons].map((lesson) => this.fetchLesson(lesson)));
    return ids.flatMap((id) => this.questions.get(id) ?? []);
  }

  fetchLesson(lesson: string): Promise<void> {
    const known = this.asked.get(lesson);
    if (known) return known;
    const fetched = fetchText(`quiz/${lesson}.json`).then((bank) => {
      this.problems.push(...this.quiz.json<string[]>('quiz_lesson', bank));
      const { questions } = JSON.parse(bank) as { questions: Question[] };
      questions.forEach((question) => this.questions.set(question.id, question));
    });
    this.asked.set(lesson, fetched);
    fetched.catch(() => this.asked.delete(lesson)); // to be asked for again
    return fetched;
  }

  hasLesson(lesson: string): boolean {
    return [...this.lessonOf.values()].includes(lesson);
  }
}

type Act = (action: string, item: number, option: number, text: string) => void;

export class Paper {
  private readonly form: QuizForm;
  readonly sets: HTMLElement[];

  private constructor(
    home: HTMLElement,
    questions: Question[],
    sets: HTMLElement[],
    /** By the place of their question. */
    private readonly tasks: Map<number, PaperTask>,
    private readonly act: Act,
  ) {
    home.replaceChildren(...sets);
    this.sets = sets;
    this.form = new QuizForm(home, questions, (action, item, option, text) => {
      if (action === 'check' && tasks.has(item)) void this.checkTask(item);
      else act(action, item, option, text);
    });
  }

  /** Puts the forms of `questions` into `home`. Rejects with a sentence if they do not arrive. */
  static async show(home: HTMLElement, questions: Question[], act: Act): Promise<Paper> {
    const tasks = new Map<number, PaperTask>();
    const sets = await Promise.all(
      questions.map(async (question, place) => {
        const { title, forms, tasks: demos } = await formsOf(question.lesson);
        const html = forms[question.id] ?? '';
        const set = fieldset(html, question, title, place, questions.length);
        const demo = demos[question.id];
        if (demo) tasks.set(place, new PaperTask(set, question.id, demo));
        return set;
      }),
    );
    return new Paper(home, questions, sets, tasks, act);
  }

  /** Shows one question, or all of them (null), without the demos of tasks. */
  go(current: number | null): void {
    this.sets.forEach((set, place) => (set.hidden = current !== null && place !== current));
    this.tasks.forEach((task, place) => (place === current ? task.show() : task.hide()));
  }

  update({ state, timed, quiz }: ExamModel): void {
    this.tasks.forEach((task) => (task.timed = timed));
    this.form.update(quiz, true);
    if (state !== 'handed_in') return;
    this.sets.forEach((set, place) => {
      set.querySelectorAll('.hint, .confidence').forEach((part) => part.remove());
      if (quiz.items[place]!.phase !== 'open') return;
      const controls = set.querySelectorAll<HTMLInputElement | HTMLButtonElement>('input, button');
      controls.forEach((control) => (control.disabled = true));
      const answer = set.querySelector<HTMLDetailsElement>('details.answer');
      if (answer) [answer.hidden, answer.open] = [false, true];
      set.querySelector('.feedback')!.textContent = 'Not answered.';
    });
  }

  /** What the run has come to is entered, then checked if this is no exam. */
  private async checkTask(item: number): Promise<void> {
    const report = await this.tasks.get(item)!.report();
    const set = this.sets[item]!;
    if (!set.isConnected) return; // the paper was left meanwhile
    if (report) this.act('enter', item, 0, report);
    else set.querySelector('.feedback')!.textContent = 'The figure is not running yet.';
    this.act('check', item, 0, '');
  }
}

function fieldset(
  html: string,
  question: Question,
  title: string,
  place: number,
  count: number,
): HTMLElement {
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  const set = document.adoptNode(parsed.querySelector<HTMLElement>('[data-question]')!);
  const label = set.querySelector('.question-label');
  if (label) label.textContent = `Question ${place + 1} of ${count}`;
  // Its links were written for a page of lessons/.
  const lessons = new URL('lessons/', site);
  for (const link of set.querySelectorAll('a')) {
    link.href = new URL(link.getAttribute('href') ?? '', lessons).href;
  }
  nameFormulas(set);
  const more = document.createElement('p');
  const link = document.createElement('a');
  link.href = new URL(`${question.lesson}.html#${question.anchor ?? ''}`, lessons).href;
  link.textContent = `Read it in “${title}”`;
  more.append(link);
  set.querySelector('details.answer')?.append(more);
  return set;
}

/** Options that are formulas are named by their source, because not every reader says MathML. */
function nameFormulas(set: HTMLElement): void {
  for (const label of set.querySelectorAll('label')) {
    if (!label.querySelector('.katex')) continue;
    const copy = label.cloneNode(true) as HTMLElement;
    for (const formula of copy.querySelectorAll('.katex')) {
      formula.replaceWith(formula.querySelector('annotation')?.textContent ?? '');
    }
    const input = label.querySelector('input');
    if (input) input.ariaLabel = copy.textContent.trim();
  }
}

/** What makes sense on a screen only. */
const onScreen = 'details, .question-actions, .task-demo, .confidence, [data-move], output';

/**
 * A copy of the paper for printing: questions as they stand, then the answers on a page of their
 * own. `address` opens the same paper.
 */
export function printable(sets: HTMLElement[], address: string): HTMLElement {
  const sheet = document.createElement('section');
  sheet.className = 'sheet';
  const questions = sets.map((set) => {
    const copy = set.cloneNode(true) as HTMLElement;
    copy.querySelectorAll(onScreen).forEach((part) => part.remove());
    copy.removeAttribute('data-question');
    copy.hidden = false;
    return copy;
  });
  const answers = sets.map((set, place) => {
    const answer = document.createElement('div');
    answer.className = 'sheet-answer';
    const title = document.createElement('h3');
    title.textContent = `Question ${place + 1}`;
    const parts = [...(set.querySelector('details.answer')?.children ?? [])];
    answer.append(
      title,
      ...parts.filter((part) => part.localName !== 'summary').map((part) => part.cloneNode(true)),
    );
    return answer;
  });
  const [top, end] = [document.createElement('h2'), document.createElement('h2')];
  top.textContent = `Gradschool, ${sets.length} ${sets.length === 1 ? 'question' : 'questions'}`;
  const same = document.createElement('p');
  same.textContent = `The same paper again: ${address}`;
  end.textContent = 'Answers';
  end.className = 'sheet-answers';
  sheet.append(top, same, ...questions, end, ...answers);
  // The copies of one radio group would share its choice with the original.
  sheet.querySelectorAll('input').forEach((input) => {
    input.name = `sheet-${input.name}`;
    input.disabled = true;
  });
  return sheet;
}
