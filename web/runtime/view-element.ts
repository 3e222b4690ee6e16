// What <grad-demo> and <grad-quiz> share: a stage with picture and twin, started when the reader
// comes near, rebuilt when it breaks, with a text form.

import * as host from './host.js';
import { followPointer } from './pointer.js';
import type { Input, Source, Stats, Update } from './protocol.js';
import { Twin } from './twin.js';

/** How near the window a view starts and goes on computing. */
const nearby = '300px 0px';

export abstract class ViewElement extends HTMLElement implements host.Guest {
  /** Where the view is; what the page has put there stays until the first picture. */
  protected stage!: HTMLElement;
  protected twin!: Twin;
  /** Buttons and loading state under the stage. */
  protected footer!: HTMLElement;
  protected textForm = false;
  /** The engine's last word on what to restore; null: not heard of yet. */
  protected state: string | null = null;
  private canvas: HTMLCanvasElement | null = null;
  private progress: HTMLProgressElement | null = null;
  private card: HTMLElement | null = null;
  private notice: HTMLElement | null = null;
  private textButton!: HTMLButtonElement;
  private view = 0;
  private lastInput = 0;
  private near = false;
  private observers: { disconnect(): void }[] = [];
  private built = false;
  /** What stood on the stage is gone, picture and twin are there. */
  private open = false;

  abstract readonly source: Source;
  protected abstract readonly label: string;
  abstract states(): string[];

  /** Counts of frames and slices, for tests and the curious. Rejects while nothing runs. */
  async stats(): Promise<Stats> {
    return JSON.parse(await host.ask(this.view, 'stats')) as Stats;
  }

  /** A demo's read-outs and narration, a quiz' view model. Rejects while nothing runs. */
  async model(): Promise<unknown> {
    return JSON.parse(await host.ask(this.view, 'model'));
  }

  /** What a demo's run has come to, as tasks grade it: "name:value,…". */
  report(): Promise<string> {
    return host.ask(this.view, 'report');
  }

  /** What restores the view as it is now: a demo's address text, a quiz' answers. */
  currentState(): Promise<string> {
    return host.ask(this.view, 'state');
  }

  connectedCallback(): void {
    if (!this.built) this.build();
    this.built = true;
    this.phase = 'waiting';
    this.arrive();
    const near = new IntersectionObserver(([entry]) => this.approach(entry!.isIntersecting), {
      rootMargin: nearby,
    });
    near.observe(this);
    const size = new ResizeObserver(() => {
      if (this.width > 0)
        host.tell(this.view, { type: 'size', view: this.view, width: this.width });
    });
    size.observe(this.stage);
    const seen = () => this.tellVisible();
    document.addEventListener('visibilitychange', seen);
    const forced = matchMedia('(forced-colors: active)');
    const force = () => forced.matches && this.setTextForm(true);
    forced.addEventListener('change', force);
    force();
    const forget = () => {
      document.removeEventListener('visibilitychange', seen);
      forced.removeEventListener('change', force);
    };
    this.observers = [near, size, { disconnect: forget }];
  }

  disconnectedCallback(): void {
    this.observers.forEach((each) => each.disconnect());
    if (this.view) host.leave(this.view);
    this.view = 0;
    this.near = false;
  }

  // ---- What an element adds ----------------------------------------------------------------------

  /** In the page, before the engine is there. */
  protected arrive(): void {}
  /** What has to be there before the view can open; rejects with a sentence. */
  protected async prepare(): Promise<void> {}
  /** The view has opened; `problems` with the states it was given. What to tell the reader. */
  protected opened(_initialState: string, problems: string): string {
    return problems;
  }
  /** Something changed; `settled`: all that the reader did is in it. */
  protected updated(_update: Update, _settled: boolean): void {}
  /** The reader did something. */
  protected touched(): void {}

  // ---- Guest of the worker -----------------------------------------------------------------------

  get width(): number {
    return Math.floor(this.stage.clientWidth || this.clientWidth);
  }

  get pictures(): boolean {
    return !this.textForm;
  }

  get visible(): boolean {
    return this.near && !document.hidden;
  }

  /** A canvas can be given to a worker once, so every worker gets a new one. */
  newCanvas(): OffscreenCanvas {
    this.canvas?.remove();
    this.canvas = document.createElement('canvas');
    this.canvas.className = 'grad-canvas';
    this.canvas.ariaHidden = 'true';
    return this.canvas.transferControlToOffscreen();
  }

  onProgress(loaded: number, total: number): void {
    if (!this.progress) {
      this.progress = document.createElement('progress');
      this.progress.ariaLabel = 'Loading the engine';
      this.footer.prepend(this.progress);
    }
    if (total > 0) this.progress.max = total;
    if (total > 0) this.progress.value = loaded;
    this.progress.title = `${Math.round(loaded / 1024)} KB loaded`;
  }

  onOpen(initialState: string, problems: string): void {
    this.progress?.remove();
    this.progress = null;
    this.card?.remove();
    this.card = null;
    this.lastInput = 0;
    this.phase = 'live';
    const sentences = [this.opened(initialState, problems)];
    if (!host.hasWebgl()) {
      this.setTextForm(true);
      this.textButton.hidden = true;
      sentences.push('This browser offers no WebGL2 to draw with, so this is the text form.');
    }
    this.say(sentences.join(' '));
  }

  onUpdate(update: Update, input: number): void {
    const settled = input >= this.lastInput;
    if (update.state !== undefined) this.state = update.state;
    if (update.height !== undefined) {
      this.stage.style.setProperty('--grad-width', `${this.width}px`);
      this.stage.style.setProperty('--grad-height', `${update.height}px`);
    }
    this.twin.update(update.order, update.nodes, settled);
    if (update.painted || (this.textForm && update.order)) this.raiseCurtain();
    this.updated(update, settled);
  }

  onProblems(sentence: string): void {
    this.say(sentence);
  }

  onRun(_question: string): void {}

  onStopped(): void {
    if (this.phase === 'live') this.phase = 'loading';
  }

  onBroken(sentence: string, reload: () => void): void {
    this.progress?.remove();
    this.progress = null;
    this.phase = 'broken';
    this.card?.remove();
    this.card = document.createElement('div');
    this.card.className = 'grad-card';
    this.card.role = 'alert';
    const text = document.createElement('p');
    text.textContent = sentence;
    const again = button('Reload', () => {
      again.disabled = true;
      reload();
    });
    this.card.append(text, again);
    this.cardHome.append(this.card);
  }

  // ---- For the elements --------------------------------------------------------------------------

  /** Whether the view is open and takes input. */
  protected get live(): boolean {
    return this.phase === 'live';
  }

  protected send(input: Input, event?: Event): void {
    if (input.type !== 'pointer' || input.kind === 'down') this.touched();
    this.lastInput = host.send(this.view, input, event);
  }

  /** One sentence under the stage; "" takes it away. */
  protected say(sentence: string): void {
    this.notice?.remove();
    this.notice = null;
    if (!sentence.trim()) return;
    this.notice = document.createElement('p');
    this.notice.className = 'grad-notice';
    this.notice.role = 'status';
    this.notice.textContent = sentence.trim();
    this.footer.before(this.notice);
  }

  protected setTextForm(on: boolean): void {
    this.textForm = on;
    this.twin.visible = on;
    this.classList.toggle('grad-text-form', on);
    this.textButton.ariaPressed = String(on);
    host.tell(this.view, { type: 'pictures', view: this.view, on: !on });
    if (on && this.phase === 'live') this.raiseCurtain();
  }

  // ---- Building ----------------------------------------------------------------------------------

  private build(): void {
    const figure = this.querySelector('figure') ?? this;
    this.stage = this.querySelector('.grad-stage') ?? figure.appendChild(stageElement());
    this.twin = new Twin(this.label, (id, value, text, event) =>
      this.send({ type: 'act', id, value, text }, event),
    );
    this.footer = document.createElement('div');
    this.footer.className = 'grad-footer';
    this.textButton = button(this.textFormName, () => this.setTextForm(!this.textForm));
    this.textButton.ariaPressed = 'false';
    this.footer.append(this.textButton);
    this.stage.after(this.footer);
    followPointer(
      this.stage,
      () => !this.textForm && this.phase === 'live',
      (input, event) => this.send(input, event),
    );
  }

  protected get textFormName(): string {
    return 'Text controls';
  }

  protected get cardHome(): HTMLElement {
    return this.stage;
  }

  /** Also in the page, for style sheets. */
  private get phase(): string {
    return this.dataset['view'] ?? '';
  }

  private set phase(phase: 'waiting' | 'loading' | 'live' | 'broken') {
    this.dataset['view'] = phase;
  }

  private approach(near: boolean): void {
    this.near = near;
    if (near && this.phase === 'waiting' && this.width > 0) void this.start();
    this.tellVisible();
  }

  private async start(): Promise<void> {
    this.phase = 'loading';
    try {
      await this.prepare();
      if (this.isConnected) this.view ||= host.join(this);
    } catch (error) {
      this.onBroken(error instanceof Error ? error.message : String(error), () => this.start());
    }
  }

  private tellVisible(): void {
    host.tell(this.view, { type: 'visible', view: this.view, on: this.visible });
  }

  /** Puts picture and twin in the place of what stood on the stage before. */
  private raiseCurtain(): void {
    if (!this.open) {
      const before = this.stage.offsetHeight;
      this.stage.replaceChildren(this.twin.element);
      this.dataset['open'] = '';
      this.ease(before, this.stage.offsetHeight);
    }
    this.open = true;
    if (this.canvas && !this.canvas.isConnected) this.stage.prepend(this.canvas);
  }

  /** The space reserved was a guess; what is below moves to its place gently. */
  private ease(before: number, after: number): void {
    if (before === after || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const frames = [{ height: `${before}px` }, { height: `${after}px` }];
    this.stage.animate(frames, { duration: 160, easing: 'ease-out' });
  }
}

function stageElement(): HTMLElement {
  const stage = document.createElement('div');
  stage.className = 'grad-stage';
  return stage;
}

/** A button of the page around the picture. */
export function button(name: string, press: () => void): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.textContent = name;
  element.onclick = press;
  return element;
}
