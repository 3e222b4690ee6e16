// The worker: the page's only engine and only WebGL2 context. Pages post input; views that have
// something to show are laid out, painted into one canvas and handed over as bitmaps. Nothing is
// drawn while nothing happens.

import { Engine, EngineError } from './engine.js';
import { Jobs } from './jobs.js';
import type {
  Asked,
  FromWorker,
  Input,
  Look,
  Stats,
  ToWorker,
  Update,
  ViewNode,
} from './protocol.js';

/** Milliseconds of computing after which waiting messages get their turn. */
const sliceBudget = 8;
/** Frames drawn after something happened: plots fit their axes in the second, hover settles. */
const framesAfterEvent = 3;
/** Milliseconds between what is told of a running view beside its pictures. */
const tellEvery = 100;
/** A view shrinks only by more than this, so that a line of text coming and going moves nothing. */
const heightSlack = 40;

interface View {
  /** The page's number and the engine's. */
  page: number;
  id: number;
  /** Its demo's name; "" for a quiz. */
  demo: string;
  width: number;
  height: number;
  canvas: ImageBitmapRenderingContext | null;
  pictures: boolean;
  visible: boolean;
  running: boolean;
  queue: { input: Input; number: number; time: number }[];
  /** The last event fed, and when it happened if no picture has shown it yet. */
  fed: number;
  waitingSince: number;
  /** Frames still to draw. */
  frames: number;
  revision: number;
  /** How much shorter the content must be for the view to shrink. */
  slack: number;
  /** A running view is not drawn again before this time, so that drawing leaves time to compute. */
  rest: number;
  /** Nor worked on before this time, if its steps are to be watched. */
  due: number;
  toldAt: number;
  told: { order: string; nodes: Map<string, string>; rest: Update; input: number };
  stats: { pictures: number; slices: number; inputToPicture: number };
}

let engine: Engine;
let jobs: Jobs;
let build: Stats['module'];
let look: Look;
let surface: OffscreenCanvas | null = null;
let dead = false;
const views = new Map<number, View>();

const say = (message: FromWorker) => (self as unknown as Worker).postMessage(message);
const now = () => performance.timeOrigin + performance.now();

// ---- Guarding: what a view's failure may take with it ------------------------------------------

/** Runs work for one view. The engine's own errors end that view, all others end the worker. */
function guard(page: number, work: () => void): void {
  if (dead) return;
  try {
    work();
  } catch (error) {
    if (error instanceof EngineError) {
      close(page);
      say({ type: 'broken', view: page, sentence: error.message });
    } else {
      dead = true;
      say({ type: 'crashed', view: page, sentence: String(error) });
    }
  }
}

// ---- Input and frames --------------------------------------------------------------------------

const isButton = (input: Input) => input.type === 'pointer' && input.kind !== 'move';

/**
 * Gives the engine what happened since the last frame: up to and with a press, and nothing more
 * once a release would share the frame with what came before it, or the last move of a fast drag
 * would be lost.
 */
function feed(view: View): void {
  for (let count = 0; view.queue.length > 0; count++) {
    const { input, number, time } = view.queue[0]!;
    const presses = input.type === 'pointer' && input.kind === 'down';
    if (count > 0 && isButton(input) && !presses) return;
    view.queue.shift();
    view.fed = number;
    view.waitingSince ||= time;
    give(view, input);
    if (isButton(input)) return;
  }
}

const pointerKinds = { move: 0, down: 1, up: 2, leave: 3 };

function give({ id, page }: View, input: Input): void {
  switch (input.type) {
    case 'pointer': {
      const { kind, x, y, button, touch } = input;
      engine.number('pointer', id, pointerKinds[kind], x, y, button, 0, touch ? 1 : 0);
      break;
    }
    case 'act':
      engine.number('act', id, input.id, input.value, input.text);
      break;
    case 'answer':
      engine.number('quiz_act', id, input.action, input.item, input.option, input.text);
      break;
    case 'state': {
      const sentence = engine.text('restore', id, input.state);
      if (sentence) say({ type: 'problems', view: page, sentence });
      if (input.play && !engine.number('running', id)) engine.number('act', id, 'run', 1, '');
      break;
    }
  }
}

/** Lays out, as often as the events waiting need, and fits the height to the content. */
function layOut(view: View): void {
  do {
    feed(view);
    engine.number('frame', view.id);
  } while (view.queue.length > 0);
  const needed = Math.ceil(engine.number('height', view.id));
  if (needed > view.height || needed < view.height - view.slack) {
    view.height = needed;
    resize(view);
    engine.number('frame', view.id);
  }
  view.slack = Infinity;
  if (view.demo) wantJobs(view);
  view.running = engine.number('running', view.id) !== 0;
  const question = view.demo ? '' : engine.text('run_request', view.id);
  if (question) say({ type: 'run', view: view.page, question });
}

/** What the view wants to know of other runs. */
function wantJobs(view: View): void {
  jobs.want(view.page, view.demo, engine.text('jobs', view.id).split('\n').slice(0, -1));
}

/** Takes in waiting events outside of the frame clock. */
function settle(view: View): void {
  if (view.queue.length === 0) return;
  layOut(view);
  wake(view);
}

const decides = (input: Input) => input.type !== 'pointer' || input.kind === 'up';

/**
 * What a quiz answers is told before it is painted. The layout in which a button is pressed still
 * shows what was before, hence a second one.
 */
function answerAtOnce(view: View): void {
  settle(view);
  if (changed(view)) layOut(view);
  tell(view, true);
}

function resize(view: View): void {
  engine.number('resize', view.id, view.width, view.height, look.pixelRatio);
}

function paint(view: View): void {
  if (!surface || !view.canvas || !view.pictures) return;
  const width = Math.max(1, Math.round(view.width * look.pixelRatio));
  const height = Math.max(1, Math.round(view.height * look.pixelRatio));
  if (surface.width !== width) surface.width = width;
  if (surface.height !== height) surface.height = height;
  engine.number('paint', view.id, width, height);
  view.canvas.transferFromImageBitmap(surface.transferToImageBitmap());
  view.stats.pictures++;
  if (view.waitingSince) view.stats.inputToPicture = now() - view.waitingSince;
  view.waitingSince = 0;
}

let frameAsked = false;
const nextFrame: (work: () => void) => void = self.requestAnimationFrame
  ? (work) => self.requestAnimationFrame(work)
  : (work) => setTimeout(work, 16);

function askFrame(): void {
  if (frameAsked || dead) return;
  frameAsked = true;
  nextFrame(() => {
    frameAsked = false;
    for (const view of views.values()) guard(view.page, () => frame(view));
    if ([...views.values()].some(wantsFrame)) askFrame();
    askSlice();
  });
}

function wantsFrame(view: View): boolean {
  return view.queue.length > 0 || (view.visible && view.frames > 0);
}

function frame(view: View): void {
  const happened = wantsFrame(view);
  const moved = busy(view) && now() >= view.rest && changed(view);
  if (!happened && !moved) return;
  const began = now();
  if (view.queue.length > 0) view.frames = framesAfterEvent;
  layOut(view);
  paint(view);
  view.frames = Math.max(0, view.frames - 1);
  view.revision = engine.number('revision', view.id);
  const spent = view.pictures ? now() - began : tellEvery;
  view.rest = now() + Math.max(spent, engine.number('picture_pause', view.id));
  tell(view, happened || !view.running);
}

const changed = (view: View) => engine.number('revision', view.id) !== view.revision;

function wake(view: View): void {
  view.frames = framesAfterEvent;
  askFrame();
}

// ---- Computing ---------------------------------------------------------------------------------

const busy = (view: View) => view.running && view.visible;
const turns = new MessageChannel();
let sliceAsked = false;
let alarm: ReturnType<typeof setTimeout>;
turns.port1.onmessage = () => {
  sliceAsked = false;
  const working = [...views.values()].filter((view) => busy(view) && now() >= view.due);
  for (const view of working) guard(view.page, () => compute(view, sliceBudget / working.length));
  askSlice();
};

/** Through a message to ourselves, so that input that has come meanwhile is heard first. */
function askSlice(): void {
  clearTimeout(alarm);
  const working = [...views.values()].filter(busy);
  if (sliceAsked || dead || working.length === 0) return;
  const wait = Math.min(...working.map((view) => view.due)) - now();
  if (wait > 0) {
    alarm = setTimeout(askSlice, wait);
    return;
  }
  sliceAsked = true;
  turns.port2.postMessage(null);
}

function compute(view: View, budget: number): void {
  const end = performance.now() + budget;
  const pause = engine.number('step_pause', view.id);
  do {
    engine.number('advance', view.id);
    view.stats.slices++;
    view.running = engine.number('running', view.id) !== 0;
  } while (view.running && pause === 0 && performance.now() < end);
  view.due = now() + pause;
  if (view.running) askFrame();
  else wake(view);
}

// ---- Telling the page --------------------------------------------------------------------------

function tell(view: View, always: boolean): void {
  if (!always && now() < view.toldAt + tellEvery) return;
  view.toldAt = now();
  const update: Update = changedNodes(view);
  const rest: Update = {
    height: view.height,
    state: engine.text('state', view.id),
    running: view.running,
    painted: view.stats.pictures > 0,
  };
  if (!view.demo) rest.model = engine.text('model', view.id);
  for (const key of Object.keys(rest) as (keyof Update)[]) {
    if (rest[key] !== view.told.rest[key]) Object.assign(update, { [key]: rest[key] });
  }
  const news = Object.keys(update).length > 0 || view.told.input !== view.fed;
  view.told.rest = rest;
  view.told.input = view.fed;
  if (news) say({ type: 'update', view: view.page, input: view.fed, update });
}

function changedNodes(view: View): Update {
  const update: Update = {};
  const nodes = JSON.parse(engine.text('nodes', view.id)) as ViewNode[];
  const texts = new Map(nodes.map((node) => [node.id, JSON.stringify(node)]));
  const changed = nodes.filter((node) => view.told.nodes.get(node.id) !== texts.get(node.id));
  if (changed.length > 0) update.nodes = changed;
  const order = [...texts.keys()];
  if (order.join('\n') !== view.told.order) update.order = order;
  view.told.order = order.join('\n');
  view.told.nodes = texts;
  return update;
}

// ---- What the page asks ------------------------------------------------------------------------

/** (Re)makes the WebGL2 context; false if there is none to be had. */
function startGraphics(first: boolean): boolean {
  surface = new OffscreenCanvas(1, 1);
  const context = surface.getContext('webgl2', { antialias: false, alpha: false });
  if (!context) {
    surface = null;
    return false;
  }
  surface.addEventListener('webglcontextlost', (event) => {
    event.preventDefault();
    guard(0, () => {
      if (!startGraphics(false)) throw new Error('The picture memory was lost.');
      views.forEach(wake);
    });
  });
  engine.paintInto(context);
  engine.number(first ? 'graphics_start' : 'graphics_restart');
  return true;
}

async function start(message: ToWorker & { type: 'start' }): Promise<void> {
  look = message.look;
  build = message.module.build;
  try {
    engine = await Engine.load(message.module, (loaded, total) =>
      say({ type: 'progress', loaded, total }),
    );
    engine.number('fonts', look.pixelRatio);
    jobs = new Jobs(message.module, (job, result) =>
      guard(job.view, () => {
        const view = views.get(job.view);
        if (!view) return;
        engine.number('take_job', view.id, job.state, result);
        wake(view);
      }),
    );
    say({ type: 'ready', webgl: startGraphics(true) });
  } catch (error) {
    dead = true;
    say({ type: 'failed', sentence: error instanceof Error ? error.message : String(error) });
  }
}

function open(message: ToWorker & { type: 'open' }): void {
  const { source } = message;
  const id =
    source.kind === 'demo'
      ? engine.number('demo', source.name)
      : engine.number('quiz', source.bank, source.questions, source.seed);
  const view: View = {
    page: message.view,
    id,
    demo: source.kind === 'demo' ? source.name : '',
    width: message.width,
    height: 1,
    canvas: message.canvas?.getContext('bitmaprenderer') ?? null,
    pictures: true,
    visible: true,
    running: false,
    queue: [],
    fed: 0,
    waitingSince: 0,
    frames: framesAfterEvent,
    revision: 0,
    slack: 0,
    rest: 0,
    due: 0,
    toldAt: 0,
    told: { order: '', nodes: new Map(), rest: {}, input: 0 },
    stats: { pictures: 0, slices: 0, inputToPicture: 0 },
  };
  views.set(view.page, view);
  setLook(view);
  const problems = message.states.map((state) => {
    const problem = engine.text('restore', id, state);
    return { problem, state: engine.text('state', id) };
  });
  if (source.kind === 'demo' && source.predict) engine.number('predict', id, source.predict);
  say({
    type: 'opened',
    view: view.page,
    initialState: problems[0]?.state ?? '',
    problems: problems
      .map(({ problem }) => problem)
      .filter(Boolean)
      .join(' '),
  });
  if (source.kind === 'demo' && source.results) void takeResults(view, source.results);
  layOut(view);
  askFrame();
}

/** What runs came to when the page was built; the view does without if that does not arrive. */
async function takeResults(view: View, url: string): Promise<void> {
  engine.text('results', view.id, ''); // so that nothing moves when they come
  const text = await fetch(url)
    .then((response) => (response.ok ? response.text() : ''))
    .catch(() => '');
  if (!text || views.get(view.page) !== view) return;
  guard(view.page, () => {
    const problem = engine.text('results', view.id, text);
    if (problem) console.warn(problem);
    wake(view);
  });
}

function close(page: number): void {
  const view = views.get(page);
  if (!view) return;
  views.delete(page);
  jobs.want(page, view.demo, []);
  engine.number('close', view.id);
}

function setLook(view: View): void {
  const { dark, reducedMotion, touch, textScale } = look;
  engine.number('look', view.id, +dark, +reducedMotion, +touch, textScale);
  resize(view);
}

function answer(view: View, what: Asked): string {
  settle(view);
  if (what === 'stats') {
    return JSON.stringify({ ...view.stats, module: build, webgl: surface !== null });
  }
  return what === 'report' ? engine.text(what, view.demo) : engine.text(what, view.id);
}

function handle(message: ToWorker, view: View | undefined): void {
  switch (message.type) {
    case 'open':
      open(message);
      break;
    case 'close':
      close(message.view);
      break;
    case 'ping':
      say({ type: 'pong' });
      break;
    case 'look': {
      const { pixelRatio } = look;
      look = message.look;
      if (look.pixelRatio !== pixelRatio) engine.number('fonts', look.pixelRatio);
      views.forEach((each) => {
        setLook(each);
        each.slack = 0;
        wake(each);
      });
      break;
    }
    case 'size':
      if (!view || view.width === message.width) break;
      view.width = message.width;
      view.slack = 0;
      resize(view);
      wake(view);
      break;
    case 'visible':
      if (!view) break;
      view.visible = message.on;
      wake(view);
      break;
    case 'pictures':
      if (!view) break;
      view.pictures = message.on;
      wake(view);
      break;
    case 'input':
      if (!view) break;
      view.queue.push(message);
      view.slack = heightSlack;
      if (!view.demo && decides(message.input)) answerAtOnce(view);
      askFrame();
      break;
    case 'ask':
      if (view) {
        const text = answer(view, message.what);
        say({ type: 'answer', question: message.question, text });
      }
      break;
    case 'start':
      void start(message);
      break;
  }
}

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  const page = 'view' in data ? data.view : 0;
  guard(page, () => handle(data, views.get(page)));
};
