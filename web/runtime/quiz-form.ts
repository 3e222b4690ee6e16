// The text form of a quiz: the <fieldset>s that the site build wrote, brought to life by the same
// C++ quiz that the picture shows.

/** A question as Quiz::view_model() describes it. */
interface Item {
  id: string;
  phase: 'open' | 'wrong' | 'right' | 'revealed';
  order: number[];
  chosen: boolean[];
  placed: number[];
  slots: Record<string, string>;
  confidence: '' | 'sure' | 'unsure';
  tries: number;
  correct?: boolean[];
  answer?: string;
  entered: string;
  problem: string;
  message: string;
  hint_shown: boolean;
}

export interface QuizModel {
  done: number;
  score: number;
  missed: number;
  items: Item[];
}

/** A question in the bank that the site build compiled, as far as it matters here. */
export interface BankQuestion {
  id: string;
  options?: { feedback: string }[];
  code?: string;
  /** By number entered. */
  feedback?: Record<string, string>;
  gaps?: { feedback?: Record<string, string> }[];
  answer?: { feedback?: Record<string, string> };
}

type Act = (action: string, item: number, option: number, text: string, event: Event) => void;

export class QuizForm {
  private readonly sets: FieldSet[];
  private readonly end: HTMLElement | null;

  constructor(home: HTMLElement, questions: BankQuestion[], act: Act) {
    this.sets = questions.flatMap((question, place) => {
      const element = home.querySelector<HTMLElement>(
        `[data-question="${CSS.escape(question.id)}"]`,
      );
      return element ? [new FieldSet(element, question, place, act)] : [];
    });
    this.end = home.querySelector('.quiz-end');
    for (const button of this.end?.querySelectorAll<HTMLElement>('[data-again]') ?? []) {
      button.addEventListener('click', (event) => act(button.dataset['again']!, 0, 0, '', event));
    }
  }

  /** Shows the state; with `values` false what is being typed stays. */
  update(model: QuizModel, values: boolean): void {
    for (const set of this.sets) set.update(model.items[set.place]!, values);
    if (!this.end) return;
    this.end.hidden = model.done < model.items.length;
    this.end.querySelector('[data-score]')!.textContent =
      `${model.score} of ${model.items.length} right at the first try. `;
    this.end.querySelector<HTMLElement>('[data-again="missed"]')!.hidden = model.missed === 0;
  }

  /** Nothing can be answered while no engine runs. */
  stop(): void {
    this.sets.forEach((set) => set.stop());
  }
}

class FieldSet {
  private readonly options: HTMLInputElement[];
  /** Text boxes: one, or one for each gap. */
  private readonly entries: HTMLInputElement[];
  /** What is brought into order, by option. */
  private readonly movables: HTMLElement[];
  private readonly rates: HTMLButtonElement[];
  private readonly buttons: HTMLButtonElement[];
  private readonly output: HTMLElement | null;
  private readonly hint: HTMLDetailsElement | null;
  private readonly answer: HTMLDetailsElement | null;

  private message = '';
  private placed: number[] = [];
  private slots: Record<string, string> = {};

  constructor(
    private readonly element: HTMLElement,
    private readonly question: BankQuestion,
    readonly place: number,
    act: Act,
  ) {
    this.options = [...element.querySelectorAll<HTMLInputElement>('[data-option]')];
    this.entries = [...element.querySelectorAll<HTMLInputElement>('[data-gap]')];
    this.movables = [...element.querySelectorAll<HTMLElement>('[data-movable]')].sort(
      (a, b) => Number(a.dataset['movable']) - Number(b.dataset['movable']),
    );
    this.rates = [...element.querySelectorAll<HTMLButtonElement>('[data-rate]')];
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
    this.entries.forEach((entry, gap) => {
      entry.addEventListener('input', (event) => act('enter', place, gap, entry.value, event));
      entry.addEventListener('keydown', (event) => {
        if (event.key === 'Enter') act('check', place, 0, '', event);
      });
    });
    this.movables.forEach((movable, option) => {
      for (const button of movable.querySelectorAll<HTMLElement>('[data-move]')) {
        button.addEventListener('click', (event) => {
          const from = this.placed.indexOf(option);
          act('move', place, from, String(from + Number(button.dataset['move'])), event);
        });
      }
    });
    for (const button of this.rates) {
      button.addEventListener('click', (event) => {
        const level = button.ariaPressed === 'true' ? '' : button.dataset['rate']!;
        act('rate', place, 0, level, event);
      });
    }
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
    this.putInPlaces(item.placed, open);
    this.fillSlots(item.slots);
    this.showConfidence(item, open);
    for (const input of this.options) {
      const option = Number(input.dataset['option']);
      if (values) input.checked = item.chosen[option] ?? false;
      input.disabled = !open;
    }
    const lines = item.entered.split('\n');
    this.entries.forEach((entry, gap) => {
      const text = lines[gap] ?? '';
      if (values && entry.value !== text) entry.value = text;
      entry.disabled = !open;
      entry.ariaInvalid = item.problem ? 'true' : null;
    });
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
    if (final) this.showKey(item);
    if (item.message !== this.message) {
      const typeset = typesetSentences(this.element, this.question, item.slots);
      this.output?.replaceChildren(...setWords(item.message, typeset));
      this.message = item.message;
    }
  }

  stop(): void {
    this.buttons.forEach((button) => (button.disabled = true));
  }

  /** Moves the options to their places; the button that moved one keeps the focus. */
  private putInPlaces(placed: number[], open: boolean): void {
    if (placed.length === 0) return;
    const focused = document.activeElement;
    const rows = [...this.element.querySelectorAll('.place')];
    const changed = placed.some((option, place) => option !== this.placed[place]);
    this.placed = placed;
    placed.forEach((option, place) => {
      const movable = this.movables[option]!;
      if (movable.parentElement !== rows[place]) rows[place]!.append(movable);
    });
    for (const button of this.element.querySelectorAll<HTMLButtonElement>('[data-move]')) {
      button.disabled = !open;
      button.hidden = !open;
    }
    if (changed && focused instanceof HTMLElement && this.element.contains(focused)) {
      focused.focus();
    }
  }

  /** The numbers of this draw, in the page's texts, formulas and links. */
  private fillSlots(slots: Record<string, string>): void {
    if (JSON.stringify(slots) === JSON.stringify(this.slots)) return;
    this.slots = slots;
    for (const place of this.element.querySelectorAll('[data-slot]')) {
      const text = slots[place.getAttribute('data-slot')!];
      if (text === undefined) continue; // not before the end
      place.textContent = place.closest('.katex') ? text.replace('-', '−') : text;
    }
    for (const link of this.element.querySelectorAll<HTMLAnchorElement>('[data-template]')) {
      link.href = filled(link.dataset['template']!, slots);
    }
    const code = this.element.querySelector('[data-code] code');
    if (code && this.question.code) code.textContent = filled(this.question.code, slots);
  }

  private showConfidence(item: Item, open: boolean): void {
    const row = this.element.querySelector<HTMLElement>('.confidence');
    if (!row) return;
    row.hidden = !open || item.tries > 0;
    for (const button of this.rates) {
      button.ariaPressed = String(button.dataset['rate'] === item.confidence);
    }
  }

  /** The right answer, where it depends on the draw. */
  private showKey(item: Item): void {
    if (Object.keys(item.slots).length === 0) return;
    const answer = this.element.querySelector('[data-answer]');
    if (answer && item.answer) answer.textContent = item.answer;
    item.correct?.forEach((correct, option) => {
      const verdict = this.element.querySelector(`[data-feedback="${option}"] .verdict`);
      if (!verdict) return;
      verdict.className = `verdict ${correct ? 'right' : 'wrong'}`;
      verdict.textContent = correct ? 'Right:' : 'Wrong:';
    });
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

const filled = (text: string, slots: Record<string, string>) =>
  text.replace(/\{\{(.+?)\}\}/g, (_, expression: string) => slots[expression] ?? '');

/** Sentences with formulas, by their source text: the site build has set them in the page. */
function typesetSentences(
  element: HTMLElement,
  question: BankQuestion,
  slots: Record<string, string>,
): Map<string, Element> {
  const wrong = [
    question.feedback,
    question.answer?.feedback,
    ...(question.gaps ?? []).map((gap) => gap.feedback),
  ];
  const sources = [
    ...(question.options ?? []).map(({ feedback }, option) => [String(option), feedback] as const),
    ...wrong.flatMap((feedback) => Object.entries(feedback ?? {})),
  ];
  const sentences = new Map<string, Element>();
  for (const [key, source] of sources) {
    const place = element.querySelector(`[data-feedback="${CSS.escape(key)}"] .because`);
    if (place && source.includes('$')) sentences.set(filled(source, slots), place);
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
