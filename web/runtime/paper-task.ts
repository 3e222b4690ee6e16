// A task on a paper: while its question is shown, the demo in which it is done stands in its form. Only
// then is the engine with that demo loaded; what the run has come to is handed to the exam.

import type { DemoElement } from './demo-element.js';

/** A demo as the site build describes it. */
export interface TaskDemo {
  name: string;
  title: string;
  /** The engine that holds it ("demos-1"). */
  module: string;
}

export class PaperTask {
  private element: DemoElement | null = null;
  private readonly home = document.createElement('div');

  /** `set`: the form, whose link to the demo in its lesson gives way to the demo itself. */
  constructor(
    private readonly set: HTMLElement,
    private readonly question: string,
    private readonly demo: TaskDemo,
  ) {
    this.home.className = 'task-demo';
    set.querySelector('.question-actions')?.before(this.home);
    set.querySelector('a[data-demo]')?.remove();
  }

  /** Against the clock a run is taken, and graded when all is handed in. */
  set timed(timed: boolean) {
    const check = this.set.querySelector('[data-action="check"]')!;
    check.textContent = timed ? 'Take my run as the answer' : 'Check my run';
  }

  show(): void {
    if (this.element) return;
    document.documentElement.dataset['module'] = this.demo.module;
    void import('./main.js'); // makes the element live
    const element = document.createElement('grad-demo') as DemoElement;
    element.id = `task-${this.question}`;
    element.setAttribute('name', this.demo.name);
    const figure = document.createElement('figure');
    const caption = document.createElement('figcaption');
    const title = document.createElement('p');
    [figure.className, title.className] = ['demo', 'demo-title'];
    title.textContent = this.demo.title;
    [title.role, title.ariaLevel] = ['heading', '2']; // above those of the demo's parts
    caption.append(title);
    figure.append(caption);
    element.append(figure);
    this.home.replaceChildren(element);
    this.element = element;
  }

  hide(): void {
    this.home.replaceChildren();
    this.element = null;
  }

  /** What the run has come to; "" while none is there. */
  async report(): Promise<string> {
    return (await this.element?.report().catch(() => '')) ?? '';
  }
}
