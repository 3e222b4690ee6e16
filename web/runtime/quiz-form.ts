// The text form of a quiz: the <fieldset>s that the site build wrote, brought to life by the same
// C++ quiz that the picture shows.

/** A question as Quiz::view_model() describes it. */
interface Item {
  id: string;
  phase: 'open' | 'wrong' | 'right' | 'revealed';
  order: number[];
  chosen: boolean[];
  entered: string;
  problem: string;
  message: string;
  hint_shown: boolean;
}

export interface QuizModel {
  items: Item[];
}

/** A question in the bank that the site build compiled, as far as it matters here. */
export interface BankQuestion {
  id: string;
  options?: { feedback: string }[];
  /** By number entered. */
  feedback?: Record<string, string>;
}

type Act = (action: string, item: number, option: number, text: string, event: Event) => void;

export class QuizForm {
  private readonly sets: FieldSet[];

  constructor(home: HTMLElement, questions: BankQuestion[], act: Act) {
    this.sets = questions.flatMap((question, place) => {
      const element = home.querySelector<HTMLElement>(
        `[data-question="${CSS.escape(question.id)}"]`,
      );
      return element ? [new FieldSet(element, question, place, act)] : [];
    });
  }

  /** Shows the state; with `values` false what is being typed stays. */
  update(model: QuizModel, values: boolean): void {
    for (const set of this.sets) set.update(model.items[set.place]!, values);
  }

  /** Nothing can be answered while no engine runs. */
  stop(): void {
    this.sets.forEach((set) => set.stop());
  }
}

class FieldSet {
  private readonly options: HTMLInputElement[];
  private readonly entry: HTMLInputElement | null;
  private readonly buttons: HTMLButtonElement[];
  private readonly output: HTMLElement | null;
  private readonly hint: HTMLDetailsElement | null;
  private readonly answer: HTMLDetailsElement | null;

  private readonly typeset: Map<string, Element>;
  private message = '';

  constructor(
    private readonly element: HTMLElement,
    question: BankQuestion,
    readonly place: number,
    act: Act,
  ) {
    this.typeset = typesetSentences(element, question);
    this.options = [...element.querySelectorAll<HTMLInputElement>('[data-option]')];
    this.entry = element.querySelector('input[type="text"]');
    this.buttons = [...element.querySelectorAll<HTMLButtonElement>('[data-action]')];
    this.output = element.querySelector('output');
    this.hint = element.querySelector('details.hint');
    this.answer = element.querySelector('details.answer');
    for (const input of this.options) {
      const option = Number(input.dataset['option']);
      input.addEventListener('change', (event) =>
        act('choose', place, option, input.checked ? '1' : '0', event),
      );
    }
    this.entry?.addEventListener('input', (event) =>
      act('enter', place, 0, this.entry!.value, event),
    );
    this.entry?.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') act('check', place, 0, '', event);
    });
    for (const button of this.buttons) {
      button.addEventListener('click', (event) =>
        act(button.dataset['action']!, place, 0, '', event),
      );
    }
    this.hint?.addEventListener('toggle', (event) => {
      if (this.hint!.open) act('hint', place, 0, '', event);
    });
  }

  update(item: Item, values: boolean): void {
    const open = item.phase === 'open';
    const final = item.phase === 'right' || item.phase === 'revealed';
    this.element.dataset['phase'] = item.phase;
    this.arrange(item.order);
    for (const input of this.options) {
      const option = Number(input.dataset['option']);
      if (values) input.checked = item.chosen[option] ?? false;
      input.disabled = !open;
    }
    if (this.entry) {
      if (values && this.entry.value !== item.entered) this.entry.value = item.entered;
      this.entry.disabled = !open;
      this.entry.ariaInvalid = item.problem ? 'true' : null;
    }
    const usable: Record<string, boolean> = {
      check: open,
      retry: item.phase === 'wrong',
      reveal: item.phase === 'wrong',
    };
    this.showButtons(usable);
    if (this.hint && item.hint_shown) this.hint.open = true;
    if (this.answer) {
      if (final && this.answer.hidden) this.answer.open = true;
      this.answer.hidden = !final;
    }
    if (item.message !== this.message) {
      this.output?.replaceChildren(...setWords(item.message, this.typeset));
      this.message = item.message;
    }
  }

  stop(): void {
    this.buttons.forEach((button) => (button.disabled = true));
  }

  private arrange(order: number[]): void {
    const labels = order.map((option) => this.options[option]?.closest('label'));
    const shown = this.options[0]?.closest('label')?.parentElement;
    labels.forEach((label, place) => {
      if (label && shown && shown.children[place] !== label) {
        shown.insertBefore(label, shown.children[place] ?? null);
      }
    });
  }

  /** A button that goes while focused hands the focus to the next one that is there. */
  private showButtons(usable: Record<string, boolean>): void {
    const focused = this.buttons.some((button) => button === document.activeElement);
    for (const button of this.buttons) {
      const on = usable[button.dataset['action']!] ?? false;
      button.disabled = !on;
      button.hidden = !on;
    }
    if (!focused || this.element.contains(document.activeElement)) return;
    const next = this.buttons.find((button) => !button.hidden);
    if (next) return next.focus();
    this.output!.tabIndex = -1;
    this.output!.focus();
  }
}

/** Sentences with formulas, by their source text: the site build has set them in the page. */
function typesetSentences(element: HTMLElement, question: BankQuestion): Map<string, Element> {
  const sources = [
    ...(question.options ?? []).map(({ feedback }, option) => [String(option), feedback] as const),
    ...Object.entries(question.feedback ?? {}),
  ];
  const sentences = new Map<string, Element>();
  for (const [key, source] of sources) {
    const place = element.querySelector(`[data-feedback="${CSS.escape(key)}"] .because`);
    if (place && source.includes('$')) sentences.set(source, place);
  }
  return sentences;
}

/** `text` as nodes, with copies of the page's own setting of the sentences in it. */
function setWords(text: string, typeset: Map<string, Element>): (string | Node)[] {
  const source = [...typeset.keys()].find((each) => text.includes(each));
  if (source === undefined) return [text];
  const [before, after] = [
    text.split(source, 1)[0]!,
    text.slice(text.indexOf(source) + source.length),
  ];
  const copy = typeset.get(source)!.cloneNode(true);
  return [...setWords(before, typeset), ...copy.childNodes, ...setWords(after, typeset)];
}
