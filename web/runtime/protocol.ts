// What the page and the worker say to each other. Lengths are CSS pixels.

/** How views should look; the same for all views of a page. */
export interface Look {
  dark: boolean;
  reducedMotion: boolean;
  /** Fingers need larger handles. */
  touch: boolean;
  /** The reader's font size over 16 px. */
  textScale: number;
  /** Device pixels per CSS pixel. */
  pixelRatio: number;
}

export type Source =
  /**
   * `results`: where the recorded runs of the demo are; null: nowhere. `predict`: the read-out to ask
   * for a guess at before the first run, or "".
   */
  | { kind: 'demo'; name: string; results: string | null; predict: string }
  | { kind: 'quiz'; bank: string; questions: string; seed: number };

/** What happened in a view, in order. `number` counts a view's events up from 1. */
export type Input =
  | { type: 'pointer'; kind: PointerKind; x: number; y: number; button: number; touch: boolean }
  | { type: 'act'; id: string; value: number; text: string }
  | { type: 'answer'; action: string; item: number; option: number; text: string }
  /** A demo's state; with `play` it runs, whatever the reader wants of motion. */
  | { type: 'state'; state: string; play: boolean };

export type PointerKind = 'move' | 'down' | 'up' | 'leave';

export type Build = 'fast' | 'simd';
/** An engine with some of the demos ("demos-1"). */
export interface ModuleOf {
  name: string;
  build: Build;
}

/** What the page asks of a view. */
export type Asked = 'model' | 'state' | 'stats' | 'report';

export type ToWorker =
  | { type: 'start'; module: ModuleOf; look: Look }
  | {
      type: 'open';
      view: number;
      source: Source;
      /** States to take in, one after the other; the last one may be anything a reader typed. */
      states: string[];
      width: number;
      /** Where pictures go; null: lay out only. */
      canvas: OffscreenCanvas | null;
    }
  | { type: 'close'; view: number }
  | { type: 'size'; view: number; width: number }
  | { type: 'look'; look: Look }
  /** A view that is not visible neither computes nor draws. */
  | { type: 'visible'; view: number; on: boolean }
  /** Whether pictures are wanted (not in the text form). */
  | { type: 'pictures'; view: number; on: boolean }
  | { type: 'input'; view: number; input: Input; number: number; time: number }
  | { type: 'ask'; view: number; what: Asked; question: number }
  | { type: 'ping' };

/** A control or a piece of text in a view, as src/ui/semantics.h describes it. */
export interface ViewNode {
  id: string;
  role:
    | 'slider'
    | 'button'
    | 'radio'
    | 'checkbox'
    | 'textbox'
    | 'figure'
    | 'status'
    | 'text'
    | 'heading';
  label: string;
  group?: string;
  description?: string;
  value_text?: string;
  value?: number;
  min?: number;
  max?: number;
  step?: number;
  logarithmic?: boolean;
  checked?: boolean;
  disabled?: boolean;
  invalid?: boolean;
  drawable?: boolean;
  table?: { columns: string[]; rows: string[][] };
  rect: [x: number, y: number, width: number, height: number];
}

/** What changed in a view; what is left out did not. */
export interface Update {
  /** Ids of all nodes in reading order. */
  order?: string[];
  /** Nodes that are new or changed. */
  nodes?: ViewNode[];
  height?: number;
  state?: string;
  /** A quiz' view model. */
  model?: string;
  running?: boolean;
  /** A first picture is on the canvas. */
  painted?: boolean;
}

/** Counts since the view was opened, for tests and the curious. */
export interface Stats {
  /** Pictures handed to the page. */
  pictures: number;
  /** Slices of work done. */
  slices: number;
  /** From the last input event to the picture that shows its effect. */
  inputToPicture: number;
  module: Build;
  webgl: boolean;
}

export type FromWorker =
  /** Bytes of the engine that have arrived; `total` 0 if unknown. */
  | { type: 'progress'; loaded: number; total: number }
  | { type: 'ready'; webgl: boolean }
  /** The engine could not be started; nothing else will come. */
  | { type: 'failed'; sentence: string }
  /** `problems`: what was wrong with the last state given to open. */
  | { type: 'opened'; view: number; initialState: string; problems: string }
  /** `input`: the last event that is in what is told. */
  | { type: 'update'; view: number; input: number; update: Update }
  /** One view broke; the others go on. */
  | { type: 'broken'; view: number; sentence: string }
  /** The engine broke while working for `view`; no view goes on. */
  | { type: 'crashed'; view: number; sentence: string }
  | { type: 'answer'; question: number; text: string }
  /** What was wrong with a state that a view was set to. */
  | { type: 'problems'; view: number; sentence: string }
  /** The learner asks for the run that a quiz question (its id) is about. */
  | { type: 'run'; view: number; question: string }
  | { type: 'pong' };
