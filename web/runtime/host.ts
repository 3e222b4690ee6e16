// The page's side of the worker: starts it for the first view, starts it anew when it died, and
// carries messages between it and the elements.

import { usableBuilds } from './features.js';
import { currentLook, followLook } from './look.js';
import type { Asked, Build, FromWorker, Input, Source, ToWorker, Update } from './protocol.js';

/** An element with a view in the worker. */
export interface Guest {
  readonly source: Source;
  readonly width: number;
  /** States to take in when the view opens; after a restart the last one known. */
  states(): string[];
  /** A new canvas for the worker to show pictures on; null in the text form. */
  newCanvas(): OffscreenCanvas | null;
  readonly pictures: boolean;
  readonly visible: boolean;

  onProgress(loaded: number, total: number): void;
  onOpen(initialState: string, problems: string): void;
  onUpdate(update: Update, input: number): void;
  /** A sentence about a state that the view was set to. */
  onProblems(sentence: string): void;
  /** The learner asks for the run that a question is about. */
  onRun(question: string): void;
  /** The view is gone for now; it opens again by itself unless `onBroken` follows. */
  onStopped(): void;
  /** The view is gone; `reload` brings it back. */
  onBroken(sentence: string, reload: () => void): void;
}

/** Silence in milliseconds after which the engine counts as not starting, or as dead. */
const startSilence = { fast: 20_000, simd: 60_000 };
const deathSilence = 8_000;
/** Crashes a minute that are repaired without asking. */
const repairs = 3;

const notRunning = 'The figure is not running.';
const noModule =
  'This page does not say which figures it shows: it needs <html data-module="demos-1">.';

const guests = new Map<number, Guest>();
const open = new Set<number>();
const sent = new Map<number, number>();
const questions = new Map<
  number,
  { answer: (text: string) => void; fail: (error: Error) => void }
>();
let worker: Worker | null = null;
let loadedModule = '';
let ready = false;
let webgl = true;
let builds: Build[] | null = null;
let lastNumber = 0;
let silence = 0;
let crashes: number[] = [];
let following = false;

/** Whether pictures can be drawn; known once a view has opened. */
export const hasWebgl = () => webgl;

const pageModule = () => document.documentElement.dataset['module'] ?? '';

/** Opens a view; the engine is loaded for the first one. The view's number. */
export function join(guest: Guest): number {
  const view = ++lastNumber;
  // Where one figure follows another, as on a paper, the next one may be in another module.
  if (worker && pageModule() !== loadedModule) stop();
  guests.set(view, guest);
  if (ready) openView(view);
  else start();
  return view;
}

export function leave(view: number): void {
  guests.delete(view);
  if (open.delete(view)) post({ type: 'close', view });
}

/** Tells the worker of a view that is open; else opening it will. */
export function tell(view: number, message: ToWorker, transfer: Transferable[] = []): void {
  if (open.has(view)) post(message, transfer);
}

/** The number by which `onUpdate` reports that the event has been taken in. */
export function send(view: number, input: Input, event?: Event): number {
  const number = (sent.get(view) ?? 0) + 1;
  sent.set(view, number);
  const time = performance.timeOrigin + (event?.timeStamp ?? performance.now());
  tell(view, { type: 'input', view, input, number, time });
  if (open.has(view)) watch();
  return number;
}

/** Model (JSON), state, counts (JSON) or report of a view, with all events sent so far taken in. */
export function ask(view: number, what: Asked): Promise<string> {
  if (!open.has(view)) return Promise.reject(new Error(notRunning));
  const question = ++lastNumber;
  return new Promise((answer, fail) => {
    questions.set(question, { answer, fail });
    post({ type: 'ask', view, what, question });
    watch();
  });
}

const post = (message: ToWorker, transfer: Transferable[] = []) =>
  worker?.postMessage(message, transfer);

function start(): void {
  if (worker) return;
  const usable = builds ?? usableBuilds();
  if (typeof usable === 'string') return breakAll(usable);
  const name = pageModule();
  if (!name) return breakAll(noModule);
  loadedModule = name;
  builds = usable;
  const build = builds[0]!;
  worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => hear(data);
  worker.onerror = (event) => {
    event.preventDefault();
    if (ready) dead('The engine behind the figures stopped.');
    else notStarted(event.message || 'its worker was refused');
  };
  post({ type: 'start', module: { name, build }, look: currentLook() });
  expectStart(build);
  if (following) return;
  following = true;
  followLook((look) => post({ type: 'look', look }));
}

function stop(): void {
  worker?.terminate();
  worker = null;
  ready = false;
  clearTimeout(silence);
  silence = 0;
  open.clear();
  questions.forEach(({ fail }) => fail(new Error(notRunning)));
  questions.clear();
  guests.forEach((guest) => guest.onStopped());
}

function expectStart(build: Build): void {
  clearTimeout(silence);
  silence = window.setTimeout(() => notStarted('it did not answer'), startSilence[build]);
}

/** The faster engine may fail where the plain one runs (threads forbidden, file not hosted). */
function notStarted(reason: string): void {
  stop();
  if (builds && builds.length > 1) {
    builds = builds.slice(1);
    start();
  } else {
    breakAll(`The engine behind the figures could not be loaded (${reason}).`);
  }
}

function hear(message: FromWorker): void {
  switch (message.type) {
    case 'progress':
      expectStart(builds![0]!);
      guests.forEach((guest) => guest.onProgress(message.loaded, message.total));
      break;
    case 'ready':
      clearTimeout(silence);
      silence = 0;
      ready = true;
      webgl = message.webgl;
      for (const view of guests.keys()) openView(view);
      break;
    case 'failed':
      notStarted(message.sentence);
      break;
    case 'opened':
      guests.get(message.view)?.onOpen(message.initialState, message.problems);
      break;
    case 'update':
      guests.get(message.view)?.onUpdate(message.update, message.input);
      break;
    case 'problems':
      guests.get(message.view)?.onProblems(message.sentence);
      break;
    case 'run':
      guests.get(message.view)?.onRun(message.question);
      break;
    case 'broken':
      open.delete(message.view);
      breakView(message.view, message.sentence);
      break;
    case 'crashed':
      crashed(message.view, message.sentence);
      break;
    case 'answer':
      questions.get(message.question)?.answer(message.text);
      questions.delete(message.question);
      break;
    case 'pong':
      clearTimeout(silence);
      silence = 0;
      break;
  }
}

function openView(view: number): void {
  const guest = guests.get(view)!;
  open.add(view);
  sent.set(view, 0);
  const { source, width } = guest;
  const canvas = webgl ? guest.newCanvas() : null;
  const states = guest.states();
  post({ type: 'open', view, source, states, width, canvas }, canvas ? [canvas] : []);
  if (!guest.pictures) post({ type: 'pictures', view, on: false });
  if (!guest.visible) post({ type: 'visible', view, on: false });
}

// ---- When things break -------------------------------------------------------------------------

/**
 * A worker that was killed says nothing; one that lives answers at once, between two slices. Asked
 * twice, because after a computer's sleep the timer may come before an answer that is waiting.
 */
function watch(asked = 0): void {
  if (silence && asked === 0) return;
  post({ type: 'ping' });
  silence = window.setTimeout(() => {
    if (asked === 0) watch(1);
    else dead('The engine behind the figures stopped answering.');
  }, deathSilence);
}

function breakView(view: number, sentence: string): void {
  guests.get(view)?.onBroken(sentence, () => {
    if (ready) openView(view);
    else start();
  });
}

function breakAll(sentence: string): void {
  guests.forEach((_, view) => breakView(view, sentence));
}

function dead(sentence: string): void {
  stop();
  breakAll(sentence);
}

/** The view at fault waits for the reader; the others come back by themselves. */
function crashed(view: number, sentence: string): void {
  const time = performance.now();
  crashes = [...crashes.filter((each) => each > time - 60_000), time];
  if (crashes.length > repairs || !guests.has(view)) return dead(`The engine broke: ${sentence}`);
  stop();
  const culprit = guests.get(view)!;
  guests.delete(view);
  if (guests.size > 0) start();
  culprit.onBroken(`The engine broke while working for this figure: ${sentence}`, () => {
    guests.set(view, culprit);
    if (ready) openView(view);
    else start();
  });
}
