// The engine's JavaScript API; README.md beside this file is its manual. Runs unchanged in a page, a
// worker and Node. The module (src/app/main_engine.cpp) lists its functions when it starts, and this
// file makes methods of them; their types are in functions.ts, which is written from the same list.
// Numbers live in WebAssembly memory: tensors, layers and optimisers are handles that must be freed,
// by hand (`free`) or by the `scope` they were made in.

import { loadDataset, type Dataset, type FileSource } from './files.js';
import { evaluate, fit, trainEpoch } from './fit.js';
import type {
  Data,
  EpochOptions,
  Evaluation,
  FitOptions,
  FitResult,
  MeasureOptions,
  Model,
} from './fit.js';
import type { Functions } from './functions.js';
import { readSafetensors, writeSafetensors, type NamedArrays } from './safetensors.js';
import { restoreSnapshot, takeSnapshot } from './snapshot.js';
export type * from './files.js';
export type * from './fit.js';
export type * from './functions.js';

type Exported =
  | `engine_${'functions' | 'frame' | 'call' | 'text' | 'free' | 'live_objects' | 'live_bytes'}`
  | `engine_${'select' | 'threads' | 'no_grad'}`
  | `tensor_${'shape' | 'size' | 'data' | 'grad'}`;

/** What Emscripten's module offers to this file: the functions of src/app/main_engine.cpp. */
type Wasm = Record<`_${Exported}`, (...numbers: number[]) => number> & {
  HEAPF32: Float32Array;
  HEAPF64: Float64Array;
  UTF8ToString(pointer: number): string;
};

export interface LoadOptions {
  /** Address of the module's script; default: beside this file, in ../wasm/. */
  url?: string | URL;
  /** Use the fast kernel class (quicker; bits differ between machines). Default: deterministic. */
  fast?: boolean;
  /** Threads of the fast class, where the module and page allow them. */
  threads?: number;
}

/** Loads and starts the engine. */
export async function loadEngine(options: LoadOptions = {}): Promise<Engine> {
  const url = options.url ?? new URL('../wasm/engine-simd.mjs', import.meta.url);
  const { default: create } = await import(String(url));
  const engine = new Engine((await create()) as Wasm);
  if (options.fast) engine.useFastKernels(options.threads ?? 1);
  return engine;
}

/** Something that lives in the module, held by number. */
export class Handle {
  /** Made by Engine. */
  constructor(
    protected readonly engine: Engine,
    /** Its number; -1 once freed. */
    public id: number,
  ) {}
  free(): void {
    if (this.id >= 0) this.engine.release(this.id);
    this.id = -1;
  }
}

/** A value that may take part in differentiation. Shapes are row-major; pictures are NHWC. */
export class Tensor extends Handle {
  get shape(): number[] {
    const axes = this.engine.checked(this.engine.wasm._tensor_shape(this.id));
    return copyOf(this.engine.frame(), 0, axes);
  }
  get size(): number {
    return this.engine.checked(this.engine.wasm._tensor_size(this.id));
  }
  get requiresGrad(): boolean {
    return this.engine.requiresGrad(this);
  }
  /**
   * The numbers, as a view of the module's memory: read or write at once, do not keep (memory may
   * move when it grows).
   */
  view(): Float32Array {
    const size = this.size;
    const start = this.engine.wasm._tensor_data(this.id) >> 2;
    return this.engine.wasm.HEAPF32.subarray(start, start + size);
  }
  /** A copy of the numbers. */
  data(): Float32Array {
    return this.view().slice();
  }
  /** A copy of the gradient, or null before the first backward(). */
  grad(): Float32Array | null {
    const size = this.size;
    const at = this.engine.wasm._tensor_grad(this.id) >> 2;
    return at === 0 ? null : this.engine.wasm.HEAPF32.slice(at, at + size);
  }
  /** The only element. */
  item(): number {
    const numbers = this.view();
    if (numbers.length !== 1)
      throw new Error(`[item] needs one element, got shape (${this.shape})`);
    return numbers[0]!;
  }
  /** The same numbers outside the graph. */
  detach(): Tensor {
    return this.engine.detach(this);
  }
  /** Differentiates this scalar with respect to every leaf below it. */
  backward(): void {
    this.engine.backward(this);
  }
}

/** A seeded source of random numbers: same seed, same numbers everywhere. */
export class Generator extends Handle {}

/** Numbers by name: parameters and running statistics. */
export type State = Record<string, Float32Array>;

/** A layer, or a network of layers. */
export class Layer extends Handle {
  forward(x: Tensor): Tensor {
    return this.engine.forward(this, x);
  }
  /** "Linear", "Sequential" … */
  get kind(): string {
    return this.engine.kind(this);
  }
  get training(): boolean {
    return this.engine.isTraining(this);
  }
  /** Training mode switches dropout on and lets norms use the batch's statistics. */
  train(on = true): this {
    this.engine.setTraining(this, on);
    return this;
  }
  eval(): this {
    return this.train(false);
  }
  /** What is trained, by PyTorch's names: "0.weight", "0.bias" … */
  parameters(): Record<string, Tensor> {
    const names = this.engine.parameterNames(this).trimEnd().split('\n').filter(Boolean);
    const tensors = this.engine.stateTensors(this);
    tensors.slice(names.length).forEach((buffer) => buffer.free());
    return Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));
  }
  /** Copies of all numbers by name, running statistics included: what load() takes. */
  state(): State {
    const state: State = {};
    this.eachOfState((name, tensor) => (state[name] = tensor.data()));
    return state;
  }
  /** Takes over the numbers of such a state; throws, and changes nothing, unless names and lengths fit. */
  load(state: Record<string, ArrayLike<number>>): void {
    const left = new Set(Object.keys(state));
    this.eachOfState((name, tensor) => {
      const numbers = state[name];
      if (!numbers) throw new Error(`[load] the state has no ${name}`);
      if (numbers.length !== tensor.size)
        throw new Error(`[load] ${name} has ${tensor.size} numbers, not ${numbers.length}`);
      left.delete(name);
    });
    if (left.size > 0) throw new Error(`[load] the model has no ${[...left].join(', ')}`);
    this.eachOfState((name, tensor) => tensor.view().set(state[name]!));
  }
  /** The same as bytes in the safetensors format, which PyTorch and others read. */
  toSafetensors(): Uint8Array {
    const arrays: NamedArrays = {};
    this.eachOfState(
      (name, tensor) => (arrays[name] = { shape: tensor.shape, data: tensor.data() }),
    );
    return writeSafetensors({ arrays });
  }
  /** Takes over the numbers of such a file; throws, and changes nothing, unless it fits. */
  fromSafetensors(file: Uint8Array): void {
    const arrays = Object.entries(readSafetensors(file).arrays);
    this.load(Object.fromEntries(arrays.map(([name, { data }]) => [name, data])));
  }
  /**
   * An ONNX file (opset 17) that computes what the layer does in evaluation mode for an input "x" of
   * that shape, whose first size may change; the result is "y". Pictures are (n,channels,height,width)
   * there. Only with the module engine-onnx-simd.mjs, which has the room for it.
   */
  toOnnx(inputShape: number[]): Uint8Array {
    const { onnx } = this.engine as { onnx?: (layer: Layer, shape: number[]) => Uint8Array };
    if (!onnx) throw new Error('[toOnnx] needs the module engine-onnx-simd.mjs (see loadEngine)');
    return onnx(this, inputShape);
  }
  /** A table of each layer's output, parameters and multiply-adds for inputs of that shape. */
  summary(inputShape: number[]): string {
    return this.engine.summary(this, inputShape);
  }
  /** The outputs of all layers of a Sequential, first to last. */
  trace(x: Tensor): Tensor[] {
    return this.engine.trace(this, x);
  }
  /** A copy with numbers of its own. */
  clone(): Layer {
    return this.engine.clone(this);
  }

  private eachOfState(visit: (name: string, tensor: Tensor) => void): void {
    this.engine.scope(() => {
      const tensors = this.engine.stateTensors(this);
      const names = this.engine.stateNames(this).split('\n');
      tensors.forEach((tensor, i) => visit(names[i]!, tensor));
    });
  }
}

/** SGD, RMSProp, Adagrad, Adam or AdamW over the parameters it was made with. */
export class Optimizer extends Handle {
  step(): void {
    this.engine.optimizerStep(this);
  }
  zeroGrad(): void {
    this.engine.optimizerZeroGrad(this);
  }
  get lr(): number {
    return this.engine.learningRate(this);
  }
  set lr(rate: number) {
    this.engine.setLearningRate(this, rate);
  }
}

/** Lowers a learning rate when a measure stops falling. */
export class ReduceLROnPlateau extends Handle {
  /** The rate from now on. */
  step(measure: number): number {
    return this.engine.plateauStep(this, measure);
  }
}

const classes = { Tensor, Layer, Generator, Optimizer, ReduceLROnPlateau };
type ClassName = keyof typeof classes;

/** A parameter of a function, as the module describes it. */
export interface Parameter {
  name: string;
  /** A class, or "number", "boolean", "numbers" (a list), "axes", "Tensors", "Layers" … */
  kind: string;
  /** Whether there may be none. */
  nullable: boolean;
  /** What it is unless given; null: none. Undefined: it must be given. */
  fallback?: number | boolean | null | number[];
}
export interface Signature {
  /** The name in C++, leaky_relu; `method` is the name here, leakyRelu. */
  name: string;
  method: string;
  result: string;
  parameters: Parameter[];
}

const camelCase = (name: string) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());

/** "leaky_relu Tensor x:Tensor slope:number=0.01" */
function signatureOf(line: string): Signature {
  const [name, result, ...words] = line.split(' ') as [string, string, ...string[]];
  const parameters = words.filter(Boolean).map((word): Parameter => {
    const [, parameter, kind, nullable, fallback] = /^(\w+):(\w+)(\??)(?:=(.*))?$/.exec(word)!;
    return {
      name: camelCase(parameter!),
      kind: kind!,
      nullable: nullable === '?' || fallback === 'null',
      ...(fallback !== undefined && { fallback: JSON.parse(fallback) }),
    };
  });
  return { name, method: camelCase(name), result, parameters };
}

export interface Engine extends Functions {}
export class Engine {
  private scopes: Handle[][] = [];
  /** Calls the function of that line of the module's table. */
  private readonly call = direct(() => this.wasm._engine_call);
  /** Frees the thing of that number; use free() of its handle. */
  readonly release = direct(() => this.wasm._engine_free);
  /** A view of the module's frame, empty once memory has grown. */
  private numbers: Float64Array = new Float64Array();
  /** What the module can do: each is a method of this object. */
  readonly functions: Signature[];

  /** Use loadEngine(). */
  constructor(readonly wasm: Wasm) {
    const list = wasm.UTF8ToString(wasm._engine_functions()).trimEnd();
    this.functions = list.split('\n').map(signatureOf);
    // Behind this object and not in it, because access to one of so many properties is slow.
    const methods = this.functions.map((f, line) => [f.method, this.method(f, line)]);
    const own = Object.create(Engine.prototype);
    Object.setPrototypeOf(this, Object.assign(own, Object.fromEntries(methods)));
  }

  /** Switches to the fast kernel class; returns whether the module has one. */
  useFastKernels(threads = 1): boolean {
    const fast = this.wasm._engine_select(1) === 1;
    this.wasm._engine_threads(threads);
    return fast;
  }
  /** Bytes held by live tensors, and how many things are held by handles: what a leak adds to. */
  liveBytes(): number {
    return this.wasm._engine_live_bytes();
  }
  liveHandles(): number {
    return this.wasm._engine_live_objects();
  }

  /** A leaf. Throws unless the number of values fits the shape. */
  tensor(values: ArrayLike<number>, shape: number[], { requiresGrad = false } = {}): Tensor {
    const tensor = this.zeros(shape, { requiresGrad });
    const view = tensor.view();
    if (values.length !== view.length) {
      tensor.free();
      throw new Error(`[tensor] ${values.length} numbers do not fill shape (${shape})`);
    }
    view.set(values);
    return tensor;
  }

  /**
   * Frees everything made inside `work`, except what it returns: a handle, or handles in an array or
   * in an object. `work` must not be async.
   */
  scope<Result>(work: () => Result): Result {
    const mine: Handle[] = [];
    this.scopes.push(mine);
    let result: Result | undefined;
    try {
      result = work();
      return result;
    } finally {
      this.scopes.pop();
      const kept = handlesIn(result);
      const among = kept.length > 4 ? new Set(kept) : undefined;
      for (const handle of mine)
        if (among ? among.has(handle) : kept.includes(handle)) this.scopes.at(-1)?.push(handle);
        else handle.free();
    }
  }
  /** Computes without recording the graph. */
  noGrad<Result>(work: () => Result): Result {
    this.wasm._engine_no_grad(1);
    try {
      return work();
    } finally {
      this.wasm._engine_no_grad(0);
    }
  }

  /** Trains a model on batches of data; gives the page a turn between them (fit.ts). */
  fit(model: Model, data: Data, options: FitOptions): Promise<FitResult> {
    return fit(this, model, data, options);
  }
  /**
   * Trains on all examples once, at once: one pass of fit() for a page that keeps its own time.
   * Returns their mean loss, and accuracy if there are classes, as they were while it learnt.
   */
  trainEpoch(model: Model, data: Data, options: EpochOptions): Evaluation {
    return trainEpoch(this, model, data, options);
  }
  /**
   * Examples and labels from two files of MNIST's format (IDX), gzipped or not: what fit() takes. Bytes
   * become 0 … 1. Throws one sentence that begins with the file's name.
   */
  loadDataset(examples: FileSource, labels: FileSource): Promise<Dataset> {
    return loadDataset(this, examples, labels);
  }
  /** Loss and accuracy of a model in evaluation mode. */
  evaluate(model: Model, data: Data, options: MeasureOptions = {}): Evaluation {
    return evaluate(this, model, data, options);
  }

  /**
   * All that the rest of a run depends on, as a file (safetensors; the numbers that are not arrays are
   * its metadata): parameters and running statistics, what the optimiser remembers, the generator and
   * those of the layers.
   */
  snapshot(model: Layer, optimizer: Optimizer, generator: Generator): Uint8Array {
    return takeSnapshot(this, model, optimizer, generator);
  }
  /**
   * Puts them back, so that the run goes on to the same bits. Throws, and changes nothing, unless the
   * file is a snapshot of such a model and optimiser.
   */
  restore(file: Uint8Array, model: Layer, optimizer: Optimizer, generator: Generator): void {
    restoreSnapshot(this, file, model, optimizer, generator);
  }

  /** Passes a result on, or throws the sentence that the engine left. */
  checked(result: number): number {
    if (result < 0) throw new Error(this.wasm.UTF8ToString(this.wasm._engine_text()));
    return result;
  }

  /** A function of the module as a method: what has no default by place, the rest by name. */
  private method({ method, parameters, result }: Signature, line: number) {
    const count = parameters.filter(({ fallback }) => fallback === undefined).length;
    const options = parameters.slice(count);
    // Decided here once, because small steps consist of calls.
    const writers = parameters.map((parameter) => this.writer(method, parameter));
    const give = this.giver(result);
    return (...values: unknown[]) => {
      this.frame();
      let at = 0;
      for (let i = 0; i < count; i++) at = writers[i]!(at, values[i]);
      if (options.length > 0) {
        const given = (values[count] ?? {}) as Record<string, unknown>;
        checkOptions(method, given, options);
        for (let i = 0; i < options.length; i++)
          at = writers[count + i]!(at, given[options[i]!.name] ?? options[i]!.fallback);
      } else if (values[count] !== undefined) checkOptions(method, values[count], options);
      const returned = this.call(line);
      if (returned < 0) this.checked(returned);
      return give(returned);
    };
  }

  /** What puts a value into the frame, `at` numbers from its beginning; returns where the next goes. */
  private writer(method: string, parameter: Parameter): Write {
    const refuse = (wanted: string, value: unknown): never => {
      throw new Error(`[${method}] ${parameter.name} must be ${wanted}, not ${describe(value)}`);
    };
    const handle = (type: ClassName, nullable = false): Write => {
      const Class = classes[type];
      return (at, value) => {
        if (nullable && (value === null || value === undefined)) return this.put(at, -1);
        if (!(value instanceof Class)) return refuse(`a ${type}`, value);
        if (value.id < 0) throw new Error(`[${method}] ${parameter.name} was freed before`);
        return this.put(at, value.id);
      };
    };
    const number: Write = (at, value) =>
      typeof value === 'number' ? this.put(at, value) : refuse('a number', value);
    const list = (write: Write, what: string): Write => {
      return (at, value) => {
        if (!isList(value)) return refuse(`a list of ${what}`, value);
        this.frame(at + value.length + spare);
        at = this.put(at, value.length);
        for (let i = 0; i < value.length; i++) at = write(at, value[i]);
        return at;
      };
    };
    const tensor = handle('Tensor');
    const tensors = list(tensor, 'Tensors');
    const numbers = list(
      (at, value) =>
        typeof value === 'number' ? this.put(at, value) : refuse('a list of numbers', value),
      'numbers',
    );
    const layer = handle('Layer');
    const byKind: Record<string, Write> = {
      number,
      boolean: (at, value) =>
        typeof value === 'boolean' ? this.put(at, Number(value)) : refuse('true or false', value),
      Operand: (at, value) =>
        typeof value === 'number'
          ? this.put(this.put(at, 1), value)
          : tensor(this.put(at, 0), value),
      axes: (at, value) => numbers(at, typeof value === 'number' ? [value] : value),
      numbers,
      Parameters: (at, value) =>
        value instanceof Layer ? layer(this.put(at, -1), value) : tensors(at, value),
      Tensors: tensors,
      Layers: list(layer, 'Layers'),
    };
    return byKind[parameter.kind] ?? handle(parameter.kind as ClassName, parameter.nullable);
  }
  private put(at: number, number: number): number {
    this.numbers[at] = number;
    return at + 1;
  }

  /** What turns what a call left behind into a result of that kind. */
  private giver(kind: string): (returned: number) => unknown {
    switch (kind) {
      case 'void':
        return () => undefined;
      case 'number':
        return () => this.frame()[0];
      case 'boolean':
        return () => this.frame()[0] !== 0;
      case 'string':
        return () => this.wasm.UTF8ToString(this.wasm._engine_text());
      case 'Uint8Array':
        return () => {
          const { wasm } = this;
          return new Uint8Array(wasm.HEAPF64.buffer, wasm._engine_text(), this.frame()[0]!).slice();
        };
      case 'numbers':
        return () => this.listInFrame();
      case 'Tensors':
        return () => this.listInFrame().map((id) => this.made(Tensor, id));
      default: {
        const Class = classes[kind as ClassName];
        return (id) => this.made(Class, id);
      }
    }
  }
  private listInFrame(): number[] {
    this.renew(spare); // the module may have moved it
    const length = this.numbers[0]!;
    return copyOf(this.frame(1 + length), 1, length);
  }
  /** Takes a new handle into the scope that is open. */
  private made<H extends Handle>(Class: new (engine: Engine, id: number) => H, id: number): H {
    const handle = new Class(this, id);
    this.scopes.at(-1)?.push(handle);
    return handle;
  }
  /** Where arguments go and results come, with room for so many numbers. */
  frame(room = spare): Float64Array {
    if (this.numbers.length < room) this.renew(room);
    return this.numbers;
  }
  private renew(room: number): void {
    const at = this.wasm._engine_frame(room);
    this.numbers = new Float64Array(this.wasm.HEAPF64.buffer, at, room);
  }
}

/**
 * A function of the module without the way through Emscripten's object, which is long for a small step.
 * It has the real one in place only after the first call.
 */
function direct(inModule: () => (number: number) => number): (number: number) => number {
  let real: ((number: number) => number) | undefined;
  return (number) => {
    if (real) return real(number);
    const result = inModule()(number);
    real = inModule();
    return result;
  };
}

/** Quicker than Array.from for the few numbers that there mostly are. */
function copyOf(numbers: Float64Array, start: number, length: number): number[] {
  const copy = new Array<number>(length);
  for (let i = 0; i < length; i++) copy[i] = numbers[start + i]!;
  return copy;
}

const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || ArrayBuffer.isView(value);

type Write = (at: number, value: unknown) => number;

/** Numbers of a frame that are enough for what stands beside a list. */
const spare = 64;

function describe(value: unknown): string {
  if (value instanceof Handle) return `a ${value.constructor.name}`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

function checkOptions(method: string, given: unknown, options: Parameter[]): void {
  const names = options.map(({ name }) => name).join(', ');
  if (typeof given !== 'object' || given === null || given instanceof Handle || isList(given))
    throw new Error(`[${method}] after what it needs comes an object of options (${names})`);
  for (const name of Object.keys(given))
    if (!options.some((option) => option.name === name))
      throw new Error(`[${method}] has no option ${name}${names && ` (but ${names})`}`);
}

function handlesIn(result: unknown): Handle[] {
  if (result instanceof Handle) return [result];
  if (typeof result !== 'object' || result === null || ArrayBuffer.isView(result)) return [];
  return Object.values(result).filter((value) => value instanceof Handle);
}
