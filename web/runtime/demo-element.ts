// <grad-demo name="…" params="n:200,seed:7" results="…" id="…">: a demo that runs. The state of its
// run stands in the page's address under the element's id, so that a copied link shows the same run.
// `results` is the address of what runs came to when the page was built, to be shown in advance.

import { keepState, readState, strayStates, writeState } from './address.js';
import type { Source, Update } from './protocol.js';
import { button, ViewElement } from './view-element.js';

export class DemoElement extends ViewElement {
  /** The state as the page's author gave it, which needs no place in the address. */
  private initialState = '';
  private touchedByReader = false;
  private running = false;

  get source(): Source {
    const results = this.getAttribute('results');
    const address = results === null ? null : new URL(results, document.baseURI).href;
    // A link to a run shows that run; only who comes without one is asked for a guess.
    const guess = this.later === null ? this.getAttribute('predict') : null;
    return { kind: 'demo', name: this.name, results: address, predict: guess ?? '' };
  }

  /** The author's parameters, then what goes before them: the last run or the address. */
  states(): string[] {
    const author = this.getAttribute('params') ?? '';
    return this.later === null ? [author] : [author, this.later];
  }

  private get later(): string | null {
    return this.state ?? readState(location.search, this.key);
  }

  /** A link to this page that shows the run as it is now. */
  async link(): Promise<string> {
    const state = await this.currentState();
    const { origin, pathname, search } = location;
    const file = origin === 'null' ? location.href.split(/[?#]/)[0]! : origin + pathname;
    return `${file}${writeState(search, this.key, this.forAddress(state))}#${this.key}`;
  }

  /** Sets the demo to a state and brings it into view; with `play` it runs even without motion. */
  show(state: string, play: boolean): void {
    // One that is not open yet takes its state from the address.
    history.replaceState(history.state, '', writeState(location.search, this.key, state));
    if (this.live) this.send({ type: 'state', state, play });
    this.scrollIntoView();
    this.tabIndex = -1; // the keyboard goes on from here, as after any link
    this.focus({ preventScroll: true });
  }

  protected get label(): string {
    return this.querySelector('.demo-title')?.textContent?.trim() || this.name;
  }

  protected override arrive(): void {
    if (this.footer.querySelector('.grad-copy')) return;
    const copy = button('Copy link', () => void this.copyLink());
    copy.className = 'grad-copy';
    this.footer.prepend(copy);
    if (document.fullscreenEnabled) this.offerFullScreen();
  }

  protected override opened(initialState: string, problems: string): string {
    this.initialState = initialState;
    const all = [...document.querySelectorAll<DemoElement>('grad-demo')];
    const keys = all.map((each) => each.key);
    const [stray] = this === all[0] ? strayStates(location.search, keys) : [];
    if (stray === undefined) return problems;
    return `${problems} The address speaks of “${stray}”, which is no demo of this page.`;
  }

  protected override updated(update: Update): void {
    if (update.running !== undefined) this.running = update.running;
    if (!this.touchedByReader || this.state === null) return;
    // While it runs the address holds what runs, not how far it is: that would change all the time.
    const state = this.running ? this.state.replace(/,?step:\d+$/, '') : this.state;
    keepState(this.key, this.forAddress(state));
  }

  protected override touched(): void {
    this.touchedByReader = true;
  }

  private get name(): string {
    return this.getAttribute('name') ?? '';
  }

  get key(): string {
    return this.id || this.name;
  }

  private forAddress(state: string): string | null {
    return state === this.initialState ? null : state;
  }

  /** Escape leaves as well. The button stays in the full screen, and so does the focus on it. */
  private offerFullScreen(): void {
    const full = button('Full screen', () => {
      const done = this.isFull() ? document.exitFullscreen() : this.requestFullscreen();
      done.catch(() => this.say('This browser does not let this page fill the screen.'));
    });
    this.addEventListener('fullscreenchange', () => {
      full.textContent = this.isFull() ? 'Leave full screen' : 'Full screen';
    });
    this.footer.append(full);
  }

  private isFull(): boolean {
    return document.fullscreenElement === this;
  }

  private async copyLink(): Promise<void> {
    const link = await this.link().catch(() => '');
    if (!link) return this.say('There is no run to link to yet.');
    try {
      await navigator.clipboard.writeText(link);
      this.say('Link copied.');
    } catch {
      this.say(`This browser does not let pages copy. The link: ${link}`);
    }
  }
}
