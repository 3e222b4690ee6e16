// Training over batches. Between batches the page gets a turn, so that it can draw and answer.

import type { Engine, Generator, Layer, Optimizer, State, Tensor } from './engine.js';

/** Examples along the first axis of x; y: their classes, or a tensor of targets. */
export interface Data {
  x: Tensor;
  y: Tensor | ArrayLike<number>;
}
/** A layer, or any function of the input. */
export type Model = Layer | ((x: Tensor) => Tensor);
/** The scalar to be made small. Default: crossEntropy for classes, mseLoss for targets. */
export type Loss = (output: Tensor, target: Tensor | ArrayLike<number>) => Tensor;
/** `false` stops the run. */
export type Go = boolean | void | Promise<boolean | void>;

export interface Evaluation {
  /** Mean over the examples. */
  loss: number;
  /** Share of right answers, if the data has classes. */
  accuracy?: number;
}
export interface Step {
  /** Counted from 0 over the whole run, as epochs are. */
  step: number;
  epoch: number;
  loss: number;
}
export interface Epoch extends Evaluation {
  epoch: number;
  validation?: Evaluation;
}
export interface MeasureOptions {
  /**
   * Without one of your own, and with a model that is a layer, whole batches are done by one call of
   * the module, which for small networks is quicker by far.
   */
  loss?: Loss | undefined;
  batchSize?: number;
}
export interface EpochOptions extends MeasureOptions {
  optimizer: Optimizer;
  /** Largest norm of all gradients of the model, a layer, together. */
  clipNorm?: number;
  /** Draws a new order of the examples for each epoch; without it they come as they are. */
  generator?: Generator;
}
export interface FitOptions extends EpochOptions {
  /** Times that all examples are seen; default 10. */
  epochs?: number;
  /** The learning rate of a step; default: as the optimiser was made. */
  schedule?: (step: number) => number;
  /** Examples to be measured on after each epoch. */
  validation?: Data;
  /**
   * Early stopping: ends when the loss (of validation, if there is one) has not fallen by more than
   * `minDelta` for so many epochs. The model, a layer, then gets the weights of its best epoch, also
   * when all epochs are done.
   */
  patience?: number;
  minDelta?: number;
  onStep?: (step: Step) => Go;
  onEpoch?: (epoch: Epoch) => Go;
  /** Milliseconds of work before the page gets a turn; default 12. */
  slice?: number;
}
export interface FitResult {
  epochs: Epoch[];
  /** Steps done. */
  steps: number;
  /** Whether a callback ended the run. */
  stopped: boolean;
  /** The epoch whose weights the model has, if there was `patience`. */
  best?: number;
}

const isTensor = (y: Data['y']): y is Tensor => 'backward' in y;
const isLayer = (model: Model): model is Layer => typeof model !== 'function';

/** Goes over examples a batch at a time: trains if there is an optimiser, else only measures. */
class Pass {
  /** How many examples there are. */
  readonly examples: number;
  /** Batches done. */
  batches = 0;
  /** Mean over the last batch. */
  lastLoss = 0;
  private count = 0;
  private loss = 0;
  private right = 0;

  /** `where` begins the sentence of an error. */
  constructor(
    private readonly engine: Engine,
    private readonly where: string,
    private readonly model: Model,
    private readonly data: Data,
    private readonly options: Partial<EpochOptions> & { batchSize: number },
    /** Steps done before, for the sentence. */
    private readonly steps = 0,
  ) {
    const { x, y } = data;
    const { batchSize, clipNorm } = options;
    const targets = isTensor(y) ? y.shape[0] : y.length;
    this.examples = x.shape[0] ?? 0;
    if (this.examples === 0 || this.examples !== targets)
      throw new Error(`[${where}] there are ${this.examples} examples with ${targets} targets`);
    if (!(batchSize >= 1 && Number.isInteger(batchSize)))
      throw new Error(
        `[${where}] batchSize must be a whole number of at least 1, not ${batchSize}`,
      );
    if (clipNorm !== undefined && !isLayer(model))
      throw new Error(`[${where}] clipNorm needs a model that is a layer`);
  }

  /** The examples of those numbers. Throws before a step whose loss is no number. */
  over(rows: number[]): void {
    const { engine, model, options } = this;
    const { x, y } = this.data;
    const { loss, batchSize, optimizer, clipNorm = 0 } = options;
    if (isLayer(model) && !loss) {
      const labels = isTensor(y) ? [] : rows.map((row) => y[row]!);
      const targets = isTensor(y) ? y : null;
      this.add(
        engine.passOver(model, optimizer ?? null, x, targets, labels, rows, batchSize, clipNorm),
      );
    } else
      for (const some of batches(rows, batchSize))
        this.add(engine.scope(() => this.batch(some, loss ?? defaultLoss(engine))));
    this.count += rows.length;
  }
  /** What the module does by itself (src/train/pass.h) where model and loss are known there. */
  private batch(rows: number[], loss: Loss): number[] {
    const { engine, model, data, options } = this;
    const { optimizer, clipNorm } = options;
    const pick = (from: Tensor) => engine.indexSelect(from, 0, rows);
    const y = data.y;
    const target = isTensor(y) ? pick(y) : rows.map((row) => y[row]!);
    const output = isLayer(model) ? model.forward(pick(data.x)) : model(pick(data.x));
    const value = loss(output, target);
    const mean = value.item();
    if (optimizer) {
      if (!Number.isFinite(mean)) return [0, 0, 0, mean];
      optimizer.zeroGrad();
      value.backward();
      if (clipNorm) engine.clipGradNorm(model as Layer, clipNorm);
      optimizer.step();
    }
    const share = isTensor(target) ? 0 : engine.accuracy(output, target);
    return [1, mean * rows.length, share * rows.length, mean];
  }
  private add([batches, loss, right, last]: number[]): void {
    this.batches += batches!;
    this.loss += loss!;
    this.right += right!;
    this.lastLoss = last!;
    if (this.options.optimizer && !Number.isFinite(last))
      throw new Error(`[${this.where}] the loss is ${last} at step ${this.steps + this.batches}`);
  }
  value(): Evaluation {
    const { count, loss, right } = this;
    return { loss: loss / count, ...(!isTensor(this.data.y) && { accuracy: right / count }) };
  }
}

function defaultLoss(engine: Engine): Loss {
  return (output, target) =>
    isTensor(target) ? engine.mseLoss(output, target) : engine.crossEntropy(output, target);
}

/** Remembers the weights of the epoch with the smallest loss. */
class Best {
  private loss = Infinity;
  private state: State | undefined;
  epoch = 0;
  constructor(
    private readonly model: Layer,
    private readonly patience: number,
    private readonly minDelta: number,
  ) {}
  /** False once `patience` epochs were no better. */
  add({ epoch, loss, validation }: Epoch): boolean {
    const measured = validation?.loss ?? loss;
    if (measured < this.loss - this.minDelta) {
      this.loss = measured;
      this.epoch = epoch;
      this.state = this.model.state();
    }
    return epoch - this.epoch < this.patience;
  }
  restore(): number {
    if (this.state) this.model.load(this.state);
    return this.epoch;
  }
}

/** Batches of row numbers. */
function* batches(order: number[], size: number): Iterable<number[]> {
  for (let first = 0; first < order.length; first += size) yield order.slice(first, first + size);
}

function inOrder(n: number): number[] {
  const order = new Array<number>(n); // Array.from() with a function is slow
  for (let i = 0; i < n; i++) order[i] = i;
  return order;
}
const orderOf = (engine: Engine, n: number, generator?: Generator) =>
  generator ? engine.permutation(n, generator) : inOrder(n);

/** Loss and accuracy of a model, measured in evaluation mode. */
export function evaluate(
  engine: Engine,
  model: Model,
  data: Data,
  { loss, batchSize = 256 }: MeasureOptions = {},
): Evaluation {
  const pass = new Pass(engine, 'evaluate', model, data, { loss, batchSize });
  const training = isLayer(model) && model.training;
  if (isLayer(model)) model.eval();
  try {
    engine.noGrad(() => pass.over(inOrder(pass.examples)));
  } finally {
    if (isLayer(model)) model.train(training);
  }
  return pass.value();
}

/** One epoch of training in one call; throws if the loss is no number. */
export function trainEpoch(
  engine: Engine,
  model: Model,
  data: Data,
  options: EpochOptions,
): Evaluation {
  const { batchSize = 32, generator } = options;
  const pass = new Pass(engine, 'trainEpoch', model, data, { ...options, batchSize });
  if (isLayer(model)) model.train();
  pass.over(orderOf(engine, pass.examples, generator));
  return pass.value();
}

/** Trains; ends after all epochs, early, or when a callback returns false. Throws if the loss is no number. */
export async function fit(
  engine: Engine,
  model: Model,
  data: Data,
  options: FitOptions,
): Promise<FitResult> {
  const { optimizer, epochs = 10, batchSize = 32, slice = 12 } = options;
  const { loss, schedule, generator, patience, onStep } = options;
  if (patience !== undefined && !isLayer(model))
    throw new Error('[fit] patience needs a model that is a layer');
  const best = patience && new Best(model as Layer, patience, options.minDelta ?? 0);
  const result: FitResult = { epochs: [], steps: 0, stopped: false };
  const turns = new Turns(slice);
  const passOptions = { ...options, batchSize };
  try {
    if (isLayer(model)) model.train();
    for (let epoch = 0; epoch < epochs && !result.stopped; epoch++) {
      const pass = new Pass(engine, 'fit', model, data, passOptions, result.steps);
      const order = orderOf(engine, pass.examples, generator);
      const before = result.steps;
      for (let at = 0; at < order.length && !result.stopped;) {
        if (schedule) optimizer.lr = schedule(result.steps);
        // One batch where others want to know or decide, else as many as leave the page its turns.
        const rows = order.slice(at, at + batchSize * (schedule || onStep ? 1 : turns.batches));
        at += rows.length;
        pass.over(rows);
        const step = { step: result.steps, epoch, loss: pass.lastLoss };
        result.steps = before + pass.batches;
        result.stopped = (await onStep?.(step)) === false;
        if (!result.stopped) await turns.next();
      }
      if (result.stopped) break;
      const done: Epoch = { epoch, ...pass.value() };
      if (options.validation)
        done.validation = evaluate(engine, model, options.validation, { loss, batchSize });
      result.epochs.push(done);
      result.stopped = (await options.onEpoch?.(done)) === false;
      if (best && !best.add(done)) break;
    }
    if (best) result.best = best.restore();
  } finally {
    turns.end();
  }
  return result;
}

/** Lets the page's other work run once a slice of time is used up. */
class Turns {
  // A message comes back at once; timers are held back by four milliseconds.
  private readonly channel = new MessageChannel();
  private began = performance.now();
  private last = this.began;
  /** How many batches to do before the next question; found by doing more while they take little. */
  batches = 1;
  constructor(private readonly slice: number) {}

  async next(): Promise<void> {
    const now = performance.now();
    const took = now - this.last;
    if (took < this.slice / 8) this.batches *= 2;
    else if (took > this.slice / 2) this.batches = Math.max(1, this.batches >> 1);
    this.last = now;
    if (now - this.began < this.slice) return;
    await new Promise((back) => {
      this.channel.port1.onmessage = back;
      this.channel.port2.postMessage(null);
    });
    this.began = this.last = performance.now();
  }
  end(): void {
    this.channel.port1.close();
  }
}
