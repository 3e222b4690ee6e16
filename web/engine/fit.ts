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
export interface FitOptions {
  optimizer: Optimizer;
  loss?: Loss;
  /** Times that all examples are seen; default 10. */
  epochs?: number;
  batchSize?: number;
  /** Draws a new order of the examples for each epoch; without it they come as they are. */
  generator?: Generator;
  /** The learning rate of a step; default: as the optimiser was made. */
  schedule?: (step: number) => number;
  /** Largest norm of all gradients of the model, a layer, together. */
  clipNorm?: number;
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
const run = (model: Model, x: Tensor) => (isLayer(model) ? model.forward(x) : model(x));

function defaultLoss(engine: Engine): Loss {
  return (output, target) =>
    isTensor(target) ? engine.mseLoss(output, target) : engine.crossEntropy(output, target);
}

/** The examples of those numbers. */
function take(engine: Engine, { x, y }: Data, rows: number[]): Data {
  const pick = (from: Tensor) => engine.indexSelect(from, 0, rows);
  return { x: pick(x), y: isTensor(y) ? pick(y) : rows.map((row) => y[row]!) };
}

function sizeOf(where: string, { x, y }: Data, batchSize: number): number {
  const n = x.shape[0] ?? 0;
  const targets = isTensor(y) ? y.shape[0] : y.length;
  if (n === 0 || n !== targets)
    throw new Error(`[${where}] there are ${n} examples with ${targets} targets`);
  if (!(batchSize >= 1 && Number.isInteger(batchSize)))
    throw new Error(`[${where}] batchSize must be a whole number of at least 1, not ${batchSize}`);
  return n;
}

/** Sums over batches of different sizes. */
class Mean {
  private count = 0;
  private loss = 0;
  private right = 0;
  private classes = false;
  add(engine: Engine, output: Tensor, y: Data['y'], loss: number, count: number): void {
    this.count += count;
    this.loss += loss * count;
    this.classes = !isTensor(y);
    if (!isTensor(y)) this.right += engine.accuracy(output, y) * count;
  }
  value(): Evaluation {
    const { count, loss, right, classes } = this;
    return { loss: loss / count, ...(classes && { accuracy: right / count }) };
  }
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

const inOrder = (n: number) => Array.from({ length: n }, (_, i) => i);

/** Loss and accuracy of a model, measured in evaluation mode. */
export function evaluate(
  engine: Engine,
  model: Model,
  data: Data,
  { loss = defaultLoss(engine), batchSize = 256 }: { loss?: Loss; batchSize?: number } = {},
): Evaluation {
  const n = sizeOf('evaluate', data, batchSize);
  const mean = new Mean();
  const training = isLayer(model) && model.training;
  if (isLayer(model)) model.eval();
  try {
    for (const rows of batches(inOrder(n), batchSize))
      engine.noGrad(() =>
        engine.scope(() => {
          const { x, y } = take(engine, data, rows);
          const output = run(model, x);
          mean.add(engine, output, y, loss(output, y).item(), rows.length);
        }),
      );
  } finally {
    if (isLayer(model)) model.train(training);
  }
  return mean.value();
}

/** Trains; ends after all epochs, early, or when a callback returns false. Throws if the loss is no number. */
export async function fit(
  engine: Engine,
  model: Model,
  data: Data,
  options: FitOptions,
): Promise<FitResult> {
  const { optimizer, epochs = 10, batchSize = 32, slice = 12 } = options;
  const { loss = defaultLoss(engine), schedule, generator, clipNorm, patience } = options;
  const n = sizeOf('fit', data, batchSize);
  if (clipNorm !== undefined && !isLayer(model))
    throw new Error('[fit] clipNorm needs a model that is a layer');
  if (patience !== undefined && !isLayer(model))
    throw new Error('[fit] patience needs a model that is a layer');
  const best = patience && new Best(model as Layer, patience, options.minDelta ?? 0);
  const result: FitResult = { epochs: [], steps: 0, stopped: false };
  const turns = new Turns(slice);

  const stepOn = (rows: number[], mean: Mean): number =>
    engine.scope(() => {
      if (schedule) optimizer.lr = schedule(result.steps);
      const { x, y } = take(engine, data, rows);
      const output = run(model, x);
      const value = loss(output, y);
      const number = value.item();
      if (!Number.isFinite(number))
        throw new Error(`[fit] the loss is ${number} at step ${result.steps}`);
      optimizer.zeroGrad();
      value.backward();
      if (clipNorm !== undefined) engine.clipGradNorm(model as Layer, clipNorm);
      optimizer.step();
      mean.add(engine, output, y, number, rows.length);
      return number;
    });

  try {
    if (isLayer(model)) model.train();
    for (let epoch = 0; epoch < epochs && !result.stopped; epoch++) {
      const order = generator ? engine.permutation(n, generator) : inOrder(n);
      const mean = new Mean();
      for (const rows of batches(order, batchSize)) {
        const value = stepOn(rows, mean);
        const step = { step: result.steps++, epoch, loss: value };
        result.stopped = (await options.onStep?.(step)) === false;
        if (result.stopped) break;
        await turns.next();
      }
      if (result.stopped) break;
      const done: Epoch = { epoch, ...mean.value() };
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
  constructor(private readonly slice: number) {}

  async next(): Promise<void> {
    if (performance.now() - this.began < this.slice) return;
    await new Promise((back) => {
      this.channel.port1.onmessage = back;
      this.channel.port2.postMessage(null);
    });
    this.began = performance.now();
  }
  end(): void {
    this.channel.port1.close();
  }
}
