// <grad-quiz lesson="…" questions="id,id" bank="….json" seed="1">: questions graded by the C++ quiz
// engine, shown as a picture or as the form that stands in the element. Answers are kept in this
// browser.

import { Progress } from './progress.js';
import type { Source, Update } from './protocol.js';
import { QuizForm, type BankQuestion, type QuizModel } from './quiz-form.js';
import { ViewElement } from './view-element.js';

interface Bank {
  questions: BankQuestion[];
}

export class QuizElement extends ViewElement {
  private bank = '';
  private form: QuizForm | null = null;
  private shown: QuizModel | null = null;
  private saved: string | null = null;
  private store!: Progress;
  private problem = '';

  get source(): Source {
    const seed = Number(this.getAttribute('seed') ?? 1);
    const questions = this.getAttribute('questions') ?? '';
    return { kind: 'quiz', bank: this.bank, questions, seed };
  }

  states(): string[] {
    const state = this.state ?? this.saved;
    return state === null ? [] : [state];
  }

  protected get label(): string {
    return 'Quiz';
  }

  protected override get textFormName(): string {
    return 'Text form';
  }

  protected override get cardHome(): HTMLElement {
    return this;
  }

  protected override async prepare(): Promise<void> {
    const url = new URL(this.getAttribute('bank') ?? '', document.baseURI);
    const response = await fetch(url).catch(() => null);
    if (!response?.ok)
      throw new Error('The questions could not be loaded; they can still be read.');
    this.bank = await response.text();
    this.store = new Progress(this.getAttribute('lesson') ?? '');
    const { record, problem } = await this.store.load();
    this.saved = record;
    this.problem = problem;
  }

  protected override opened(_initialState: string, problems: string): string {
    if (problems) void this.store.setAside().then((sentence) => this.say(sentence));
    return this.problem;
  }

  protected override updated(update: Update, settled: boolean): void {
    if (update.model !== undefined) this.shown = JSON.parse(update.model) as QuizModel;
    if (this.shown && (update.model !== undefined || settled)) {
      this.form ??= this.makeForm(this.shown);
      this.form.update(this.shown, settled);
    }
    if (update.state === undefined) return;
    void this.store.save(update.state).then((problem) => problem && this.say(problem));
  }

  /** The form's link leads there, on this page or another: a task's run only once it is done. */
  override onRun(question: string): void {
    const item = this.shown?.items.find((each) => each.id === question);
    const final = item?.phase === 'right' || item?.phase === 'revealed';
    const link = `[data-question="${CSS.escape(question)}"] a[${final ? 'data-run' : 'data-demo'}]`;
    this.querySelector<HTMLAnchorElement>(link)?.click();
  }

  /** Of what the engine asks, which leaves out a question with which something is wrong. */
  private makeForm({ items }: QuizModel): QuizForm {
    const bank = JSON.parse(this.bank) as Bank;
    const questions = items.map(({ id }) => bank.questions.find((each) => each.id === id)!);
    return new QuizForm(this, questions, (action, item, option, text, event) =>
      this.send({ type: 'answer', action, item, option, text }, event),
    );
  }
}
