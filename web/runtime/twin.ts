// The accessible twin: a real control, or real text, for every widget in a view's picture. Over the
// picture it is transparent until focused; in the text form it is what one sees.

import type { ViewNode } from './protocol.js';

/** Carries out what was done to a control; `value` 1 or 0 for checked or pressed. */
type Act = (id: string, value: number, text: string, event: Event) => void;

interface Part {
  node: ViewNode;
  element: HTMLElement;
  /** Brings the element in step with the node; with `values` false what is being typed stays. */
  show(node: ViewNode, values: boolean): void;
}

/** Milliseconds between announcements of one view. */
const announceEvery = 2000;

let lastName = 0;

export class Twin {
  readonly element = document.createElement('div');
  private flows = false;
  private readonly parts = new Map<string, Part>();
  private readonly groups = new Map<string, HTMLElement>();
  private readonly live = document.createElement('output');
  private readonly name = `grad-${++lastName}`;
  private behind = new Set<string>();
  /** What is to be said next, by where it comes from. */
  private readonly news = new Map<string, string>();
  private announcedAt = -Infinity;

  constructor(
    label: string,
    private readonly act: Act,
  ) {
    this.visible = false;
    this.element.role = 'group';
    this.element.ariaLabel = label;
    this.live.className = 'grad-announcer';
    this.element.append(this.live);
  }

  /** In the text form; else the controls lie unseen over the picture, which takes the pointer. */
  get visible(): boolean {
    return this.flows;
  }

  set visible(flows: boolean) {
    this.flows = flows;
    this.element.className = flows ? 'grad-twin grad-flow' : 'grad-twin grad-overlay';
  }

  /** `settled`: every event sent so far is in what is told. */
  update(order: string[] | undefined, nodes: ViewNode[] | undefined, settled: boolean): void {
    const focused = this.focusedPlace();
    const guessing = this.guessing();
    const ring = document.activeElement?.matches(':focus-visible') ?? false;
    for (const node of nodes ?? []) this.take(node, settled);
    if (settled) {
      for (const id of this.behind) {
        const part = this.parts.get(id);
        part?.show(part.node, true);
      }
      this.behind.clear();
    }
    if (order) this.arrange(order);
    if (focused >= 0) this.refocus(focused, guessing, ring);
  }

  /** Says the last word of each source since it spoke before. */
  private announce(source: string, text: string): void {
    const waiting = this.news.size > 0;
    this.news.set(source, text);
    if (waiting) return;
    const wait = Math.max(0, this.announcedAt + announceEvery - performance.now());
    setTimeout(() => {
      this.live.textContent = [...this.news.values()].filter(Boolean).join(' ');
      this.news.clear();
      this.announcedAt = performance.now();
    }, wait);
  }

  private take(node: ViewNode, settled: boolean): void {
    let part = this.parts.get(node.id);
    if (part?.node.role !== node.role) {
      const built = this.build(node);
      part?.element.replaceWith(built.element);
      part = built;
      this.parts.set(node.id, part);
    } else if (node.role === 'status' && node.label !== part.node.label) {
      this.announce(node.id, node.label);
    }
    part.node = node;
    if (!settled) this.behind.add(node.id);
    part.show(node, settled);
    place(part.element, node.rect);
  }

  private arrange(order: string[]): void {
    const wanted = new Set(order);
    for (const [id, part] of this.parts) {
      if (wanted.has(id)) continue;
      part.element.remove();
      this.parts.delete(id);
    }
    let last: Element = this.live;
    let heading = '';
    const lastOfGroup = new Map<Element, Element>();
    for (const id of order) {
      const { node, element } = this.parts.get(id)!;
      if (node.role === 'heading') heading = element.id;
      if (!node.group) {
        putAfter(this.element, last, element);
        last = element;
        continue;
      }
      const group = this.group(node.group, node.role);
      if (!lastOfGroup.has(group)) {
        putAfter(this.element, last, group);
        group.setAttribute('aria-labelledby', heading);
        last = group;
      }
      putAfter(group, lastOfGroup.get(group) ?? null, element);
      lastOfGroup.set(group, element);
    }
    for (const [name, group] of this.groups) {
      if (lastOfGroup.has(group)) continue;
      group.remove();
      this.groups.delete(name);
    }
  }

  private group(name: string, role: ViewNode['role']): HTMLElement {
    let group = this.groups.get(name);
    if (!group) {
      group = document.createElement('div');
      group.className = 'grad-group';
      group.role = role === 'radio' ? 'radiogroup' : 'group';
      this.groups.set(name, group);
    }
    return group;
  }

  // ---- Focus: when a focused control goes or falls silent, its neighbour takes over --------------

  private controls(): HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>('input, button')];
  }

  private focusedPlace(): number {
    return this.controls().findIndex((control) => control === document.activeElement);
  }

  /** Whether the focus is on what asks for a guess. */
  private guessing(): boolean {
    const has = ({ element }: Part) => element.contains(document.activeElement);
    return [...this.parts.values()].find(has)?.node.id.startsWith('prediction.') ?? false;
  }

  /** `guessing`: what asked for a guess has gone because the run begins, whose button comes next. */
  private refocus(place: number, guessing: boolean, ring: boolean): void {
    if (this.element.contains(document.activeElement)) return;
    const controls = this.controls();
    const usable = (control: HTMLElement) => !control.matches(':disabled');
    const run = guessing ? this.parts.get('run')?.element.querySelector('button') : null;
    const next =
      run ?? controls.slice(place).find(usable) ?? controls.slice(0, place).reverse().find(usable);
    // Only who sees a ring is moving by keyboard and needs one on the neighbour.
    next?.focus({ preventScroll: true, focusVisible: ring } as FocusOptions);
  }

  // ---- One part for each role --------------------------------------------------------------------

  private build(node: ViewNode): Part {
    switch (node.role) {
      case 'slider':
        return this.slider(node);
      case 'button':
        return this.button(node);
      case 'radio':
      case 'checkbox':
        return this.choice(node);
      case 'textbox':
        return this.textBox(node);
      case 'figure':
        return figure(node);
      default:
        return words(node, `${this.name}-${node.id}`);
    }
  }

  private slider(node: ViewNode): Part {
    const { element, input, rename } = this.labelled(node, 'range');
    const reading = make('span', 'grad-value');
    reading.ariaHidden = 'true'; // the input says it
    element.append(reading);
    input.oninput = (event) => this.act(node.id, input.valueAsNumber, '', event);
    input.onkeydown = (event) => {
      const now = this.parts.get(node.id)?.node;
      const ways = keyWays[event.key];
      if (!now?.logarithmic || !ways) return;
      event.preventDefault();
      input.valueAsNumber = along(input.valueAsNumber, ways, now);
      this.act(node.id, input.valueAsNumber, '', event);
    };
    const show = (now: ViewNode, values: boolean) => {
      input.min = String(now.min ?? 0);
      input.max = String(now.max ?? 1);
      input.step = now.step ? String(now.step) : 'any';
      input.setAttribute('aria-valuetext', now.value_text ?? String(now.value));
      reading.textContent = now.value_text ?? String(now.value);
      if (values) input.value = String(now.value);
      rename(now);
      describe(input, now);
    };
    return { node, element, show };
  }

  private button(node: ViewNode): Part {
    const element = make('div', 'grad-node grad-button');
    const button = document.createElement('button');
    button.type = 'button';
    // Pointers act through the picture; what arrives here is a key or assistive technology.
    button.onclick = (event) => {
      if (event.detail === 0 || this.visible) this.act(node.id, 1, '', event);
    };
    element.append(button);
    const show = (now: ViewNode) => {
      button.textContent = now.label;
      describe(button, now);
    };
    return { node, element, show };
  }

  private choice(node: ViewNode): Part {
    const { element, input, rename } = this.labelled(node, node.role);
    if (node.role === 'radio') input.name = `${this.name}-${node.group ?? ''}`;
    input.onclick = (event) => {
      if (event.detail !== 0 && !this.visible) event.preventDefault();
    };
    input.onchange = (event) => this.act(node.id, input.checked ? 1 : 0, '', event);
    const show = (now: ViewNode, values: boolean) => {
      if (values) input.checked = now.checked ?? false;
      rename(now);
      describe(input, now);
    };
    return { node, element, show };
  }

  private textBox(node: ViewNode): Part {
    const { element, input, rename } = this.labelled(node, 'text');
    input.inputMode = 'decimal';
    input.autocomplete = 'off';
    input.oninput = (event) => this.act(node.id, 0, input.value, event);
    // As in a form: Enter presses the next button.
    input.onkeydown = (event) => {
      if (event.key === 'Enter') this.buttonAfter(element)?.click();
    };
    const show = (now: ViewNode, values: boolean) => {
      if (values && input.value !== (now.value_text ?? '')) input.value = now.value_text ?? '';
      input.ariaInvalid = now.invalid ? 'true' : null;
      rename(now);
      describe(input, now);
    };
    return { node, element, show };
  }

  private buttonAfter(element: Element): HTMLButtonElement | undefined {
    const after = (button: Element) =>
      element.compareDocumentPosition(button) & Node.DOCUMENT_POSITION_FOLLOWING;
    return [...this.element.querySelectorAll('button')].find(after);
  }

  /** An input in a label, whose words `rename` sets. */
  private labelled(node: ViewNode, type: string) {
    const element = make('label', `grad-node grad-${node.role}`);
    const text = make('span', 'grad-label');
    const input = document.createElement('input');
    input.type = type;
    if (type === 'range' || type === 'text') element.append(text, input);
    else element.append(input, text);
    const rename = (now: ViewNode) => {
      text.textContent = now.label;
    };
    return { element, input, rename };
  }
}

/** How far keys move a slider, in hundredths of its range. */
const keyWays: Record<string, number> = {
  ArrowRight: 1,
  ArrowUp: 1,
  PageUp: 10,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageDown: -10,
};

/** A range input knows only even ways; along a logarithmic slider each key changes the ratio. */
function along(value: number, ways: number, { min = 0, max = 1, step = 0 }: ViewNode): number {
  const moved = value * (max / min) ** (ways / 100);
  const least = value + Math.sign(ways) * step;
  return ways > 0 ? Math.max(moved, least) : Math.min(moved, least);
}

function make(tag: string, className: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  return element;
}

/** Moves nothing that is in its place: a moved element would lose the focus. */
function putAfter(home: Element, before: Element | null, element: Element): void {
  const there = before ? before.nextElementSibling : home.firstElementChild;
  if (there !== element) home.insertBefore(element, there);
}

function place(element: HTMLElement, rect: ViewNode['rect']): void {
  ['--x', '--y', '--w', '--h'].forEach((name, i) =>
    element.style.setProperty(name, `${rect[i]!}px`),
  );
}

function describe(control: HTMLInputElement | HTMLButtonElement, node: ViewNode): void {
  const off = node.disabled ?? false;
  // The focused control stays focusable while it is off for a moment.
  const focused = control === document.activeElement;
  control.disabled = off && !focused;
  control.ariaDisabled = off && focused ? 'true' : null;
  control.ariaDescription = node.description || null;
}

function words(node: ViewNode, id: string): Part {
  const element = make(node.role === 'heading' ? 'div' : 'p', `grad-node grad-${node.role}`);
  if (node.role === 'heading') {
    element.id = id;
    element.role = 'heading';
    element.ariaLevel = '3';
  }
  const show = (now: ViewNode) => {
    element.textContent = now.label;
    // What takes no room in the picture is there to be announced only.
    element.hidden = !(now.label || now.drawable) || now.rect[3] === 0;
    element.ariaHidden = now.label ? null : 'true'; // a grip is for fingers
    element.classList.toggle('grad-drawable', now.drawable ?? false);
  };
  return { node, element, show };
}

function figure(node: ViewNode): Part {
  const element = make('div', 'grad-node grad-figure');
  const picture = make('div', 'grad-summary');
  const table = make('div', 'grad-data');
  picture.role = 'img';
  element.append(picture, table);
  let shown = '';
  const show = (now: ViewNode) => {
    const summary = now.description || now.value_text || '';
    const stop = /[.?!]$/.test(now.label) ? '' : '.';
    picture.ariaLabel = summary ? `${now.label}${stop} ${summary}` : now.label;
    picture.textContent = picture.ariaLabel;
    element.classList.toggle('grad-drawable', now.drawable ?? false);
    const data = JSON.stringify(now.table);
    if (data === shown) return;
    shown = data;
    table.replaceChildren(...(now.table ? [dataTable(now.label, now.table)] : []));
  };
  return { node, element, show };
}

function dataTable(caption: string, data: NonNullable<ViewNode['table']>): HTMLTableElement {
  const table = document.createElement('table');
  table.createCaption().textContent = caption;
  const head = table.createTHead().insertRow();
  for (const column of data.columns) {
    const cell = document.createElement('th');
    cell.scope = 'col';
    cell.textContent = column;
    head.append(cell);
  }
  const body = table.createTBody();
  for (const row of data.rows) {
    const line = body.insertRow();
    for (const value of row) line.insertCell().textContent = value;
  }
  return table;
}
