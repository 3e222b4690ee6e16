// The engine's JavaScript API: tensors, operations with gradients, optimisers. Runs unchanged in a
// page, a worker and Node. Numbers live in WebAssembly memory; a Tensor here is a handle that must be
// freed, by hand (`free`) or by the `scope` it was made in.
//
//   const grad = await loadEngine();
//   const w = grad.tensor([0.5], [1, 1], { requiresGrad: true });
//   const sgd = grad.sgd([w], { lr: 0.1 });
//   grad.scope(() => {
//     const loss = grad.mseLoss(grad.linear(x, w), y);
//     sgd.zeroGrad();
//     loss.backward();
//     sgd.step();
//     return loss.item();
//   });

type Unary =
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'square'
  | 'abs'
  | 'relu'
  | 'sigmoid'
  | 'tanh'
  | 'sign'
  | 'gelu'
  | 'silu'
  | 'softplus'
  | 'sum'
  | 'mean'
  | 'flatten'
  | 'transpose'
  | 'softmax'
  | 'log_softmax';
type Exported =
  | `engine_${'error' | 'select' | 'threads' | 'live_bytes' | 'alloc' | 'free' | 'no_grad'}`
  | `tensor_${'new' | 'randn' | 'free' | 'axes' | 'size' | 'data' | 'grad' | 'backward' | 'detach'}`
  | `op_${Unary | 'add' | 'sub' | 'mul' | 'div' | 'add_scalar' | 'mul_scalar' | 'reshape'}`
  | `op_${'matmul' | 'linear' | 'conv2d' | 'max_pool2d' | 'dropout' | 'cross_entropy' | 'mse_loss'}`
  | `${'sgd' | 'adam'}_new`
  | `optimizer_${'step' | 'zero_grad' | 'set_lr' | 'free'}`;

/** What Emscripten's module offers to this file: the functions of src/app/main_engine.cpp. */
type Wasm = Record<`_${Exported}`, (...numbers: number[]) => number> & {
  HEAPF32: Float32Array;
  HEAP32: Int32Array;
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

export interface TensorOptions {
  requiresGrad?: boolean;
}

/** Loads and starts the engine. */
export async function loadEngine(options: LoadOptions = {}): Promise<Engine> {
  const url = options.url ?? new URL('../wasm/engine-simd.mjs', import.meta.url);
  const { default: create } = await import(String(url));
  const engine = new Engine((await create()) as Wasm);
  if (options.fast) engine.useFastKernels(options.threads ?? 1);
  return engine;
}

/** A value that may take part in differentiation. Shapes are row-major; pictures are NHWC. */
export class Tensor {
  /** Made by Engine. */
  constructor(
    private readonly engine: Engine,
    /** Handle in the module's table; -1 once freed. */
    public id: number,
  ) {}

  get shape(): number[] {
    const axes = this.engine.number(this.engine.wasm._tensor_axes(this.id));
    return Array.from({ length: axes }, (_, axis) => this.engine.wasm._tensor_size(this.id, axis));
  }
  get size(): number {
    return this.shape.reduce((product, n) => product * n, 1);
  }
  /**
   * The numbers, as a view of the module's memory: read or write at once, do not keep (memory may
   * move when it grows).
   */
  view(): Float32Array {
    const start = this.engine.pointer(this.engine.wasm._tensor_data(this.id)) >> 2;
    return this.engine.wasm.HEAPF32.subarray(start, start + this.size);
  }
  /** A copy of the numbers. */
  data(): Float32Array {
    return this.view().slice();
  }
  /** A copy of the gradient, or null before the first backward(). */
  grad(): Float32Array | null {
    const at = this.engine.wasm._tensor_grad(this.id) >> 2;
    return at === 0 ? null : this.engine.wasm.HEAPF32.slice(at, at + this.size);
  }
  /** The only element. */
  item(): number {
    if (this.size !== 1) throw new Error(`[item] needs one element, got shape (${this.shape})`);
    return this.view()[0]!;
  }
  /** The same numbers outside the graph. */
  detach(): Tensor {
    return this.engine.made(this.engine.wasm._tensor_detach(this.id));
  }
  /** Differentiates this scalar with respect to every leaf below it. */
  backward(): void {
    this.engine.number(this.engine.wasm._tensor_backward(this.id));
  }
  free(): void {
    if (this.id >= 0) this.engine.wasm._tensor_free(this.id);
    this.id = -1;
  }
}

/** SGD or Adam over a list of parameters. */
export class Optimizer {
  constructor(
    private readonly engine: Engine,
    private readonly id: number,
  ) {}
  step(): void {
    this.engine.number(this.engine.wasm._optimizer_step(this.id));
  }
  zeroGrad(): void {
    this.engine.number(this.engine.wasm._optimizer_zero_grad(this.id));
  }
  setLearningRate(lr: number): void {
    this.engine.number(this.engine.wasm._optimizer_set_lr(this.id, lr));
  }
  free(): void {
    this.engine.wasm._optimizer_free(this.id);
  }
}

/** Class indices of a batch, copied once into the module's memory. */
export class Labels {
  constructor(
    private readonly engine: Engine,
    readonly pointer: number,
    readonly length: number,
  ) {}
  free(): void {
    this.engine.wasm._engine_free(this.pointer);
  }
}

export class Engine {
  private scopes: Tensor[][] = [];
  private readonly scratch: number;

  /** Use loadEngine(). */
  constructor(readonly wasm: Wasm) {
    this.scratch = wasm._engine_alloc(6 * 4);
  }

  /** Switches to the fast kernel class; returns whether the module has one. */
  useFastKernels(threads = 1): boolean {
    const fast = this.wasm._engine_select(1) === 1;
    this.wasm._engine_threads(threads);
    return fast;
  }
  /** Bytes held by live tensors. */
  liveBytes(): number {
    return this.wasm._engine_live_bytes();
  }

  /** A leaf. Throws unless the number of values fits the shape. */
  tensor(values: ArrayLike<number>, shape: number[], options: TensorOptions = {}): Tensor {
    const tensor = this.zeros(shape, options);
    if (values.length !== tensor.size) {
      tensor.free();
      throw new Error(`[tensor] ${values.length} numbers do not fill shape (${shape})`);
    }
    tensor.view().set(values);
    return tensor;
  }
  zeros(shape: number[], options: TensorOptions = {}): Tensor {
    const sizes = this.sizes(shape);
    return this.made(this.wasm._tensor_new(sizes, shape.length, options.requiresGrad ? 1 : 0));
  }
  /** Standard normal numbers; same seed, same bits everywhere. */
  randn(shape: number[], seed: number, options: TensorOptions = {}): Tensor {
    const sizes = this.sizes(shape);
    return this.made(
      this.wasm._tensor_randn(sizes, shape.length, seed, options.requiresGrad ? 1 : 0),
    );
  }
  labels(values: ArrayLike<number>): Labels {
    const pointer = this.wasm._engine_alloc(Math.max(4, values.length * 4));
    this.wasm.HEAP32.set(values, pointer >> 2);
    return new Labels(this, pointer, values.length);
  }

  /** Frees every tensor made inside `work`, except those it returns (alone or in an array). */
  scope<Result>(work: () => Result): Result {
    const mine: Tensor[] = [];
    this.scopes.push(mine);
    let result: Result | undefined;
    try {
      result = work();
      return result;
    } finally {
      this.scopes.pop();
      const kept = new Set<unknown>(Array.isArray(result) ? result : [result]);
      for (const tensor of mine)
        if (kept.has(tensor)) this.scopes.at(-1)?.push(tensor);
        else tensor.free();
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

  add(a: Tensor, b: Tensor | number): Tensor {
    return this.made(
      typeof b === 'number' ? this.wasm._op_add_scalar(a.id, b) : this.wasm._op_add(a.id, b.id),
    );
  }
  sub(a: Tensor, b: Tensor | number): Tensor {
    return typeof b === 'number' ? this.add(a, -b) : this.made(this.wasm._op_sub(a.id, b.id));
  }
  mul(a: Tensor, b: Tensor | number): Tensor {
    return this.made(
      typeof b === 'number' ? this.wasm._op_mul_scalar(a.id, b) : this.wasm._op_mul(a.id, b.id),
    );
  }
  div(a: Tensor, b: Tensor | number): Tensor {
    return typeof b === 'number' ? this.mul(a, 1 / b) : this.made(this.wasm._op_div(a.id, b.id));
  }
  exp = this.unary('exp');
  log = this.unary('log');
  sqrt = this.unary('sqrt');
  square = this.unary('square');
  abs = this.unary('abs');
  relu = this.unary('relu');
  sigmoid = this.unary('sigmoid');
  tanh = this.unary('tanh');
  sign = this.unary('sign');
  gelu = this.unary('gelu');
  silu = this.unary('silu');
  softplus = this.unary('softplus');
  /** Reductions to a scalar. */
  sum = this.unary('sum');
  mean = this.unary('mean');
  /** (n, …) to (n, rest). */
  flatten = this.unary('flatten');
  /** (m, n) to (n, m). */
  transpose = this.unary('transpose');
  /** Over the last axis. */
  softmax = this.unary('softmax');
  logSoftmax = this.unary('log_softmax');

  reshape(x: Tensor, shape: number[]): Tensor {
    return this.made(this.wasm._op_reshape(x.id, this.sizes(shape), shape.length));
  }
  /** (m,k) × (k,n). */
  matmul(a: Tensor, b: Tensor): Tensor {
    return this.made(this.wasm._op_matmul(a.id, b.id));
  }
  /** x (n,in), w (out,in), b (out): x wᵀ + b. */
  linear(x: Tensor, w: Tensor, b?: Tensor): Tensor {
    return this.made(this.wasm._op_linear(x.id, w.id, b ? b.id : -1));
  }
  /** x (n,h,w,in), w (out,kh,kw,in), b (out). */
  conv2d(x: Tensor, w: Tensor, b?: Tensor, stride = 1, padding = 0): Tensor {
    return this.made(this.wasm._op_conv2d(x.id, w.id, b ? b.id : -1, stride, padding));
  }
  maxPool2d(x: Tensor, size: number, stride = size): Tensor {
    return this.made(this.wasm._op_max_pool2d(x.id, size, stride));
  }
  /** Zeroes elements with probability p; another seed for each step. */
  dropout(x: Tensor, p: number, seed: number): Tensor {
    return this.made(this.wasm._op_dropout(x.id, p, 1, seed));
  }
  /** Mean over rows of -log softmax(logits)[label]. */
  crossEntropy(logits: Tensor, labels: Labels): Tensor {
    return this.made(this.wasm._op_cross_entropy(logits.id, labels.pointer, labels.length));
  }
  mseLoss(prediction: Tensor, target: Tensor): Tensor {
    return this.made(this.wasm._op_mse_loss(prediction.id, target.id));
  }

  sgd(parameters: Tensor[], { lr = 1e-2, momentum = 0, weightDecay = 0 } = {}): Optimizer {
    return this.optimizer(parameters, (ids, count) =>
      this.wasm._sgd_new(ids, count, lr, momentum, weightDecay),
    );
  }
  adam(
    parameters: Tensor[],
    { lr = 1e-3, beta1 = 0.9, beta2 = 0.999, eps = 1e-8 } = {},
  ): Optimizer {
    return this.optimizer(parameters, (ids, count) =>
      this.wasm._adam_new(ids, count, lr, beta1, beta2, eps),
    );
  }

  /** Passes a result on, or throws the sentence that the engine left. */
  number(result: number): number {
    if (result < 0) throw new Error(this.wasm.UTF8ToString(this.wasm._engine_error()));
    return result;
  }
  /** As number(), for addresses. */
  pointer(address: number): number {
    if (address === 0) throw new Error(this.wasm.UTF8ToString(this.wasm._engine_error()));
    return address;
  }

  private unary(name: Unary): (x: Tensor) => Tensor {
    return (x) => this.made(this.wasm[`_op_${name}`](x.id));
  }
  /** Takes a new handle into the scope that is open; throws the engine's sentence for -1. */
  made(id: number): Tensor {
    const tensor = new Tensor(this, this.number(id));
    this.scopes.at(-1)?.push(tensor);
    return tensor;
  }
  private sizes(shape: number[]): number {
    if (shape.length > 6) throw new Error(`[shape] at most 6 axes, got ${shape.length}`);
    this.wasm.HEAP32.set(shape, this.scratch >> 2);
    return this.scratch;
  }
  private optimizer(
    parameters: Tensor[],
    create: (ids: number, count: number) => number,
  ): Optimizer {
    const ids = this.labels(parameters.map((p) => p.id));
    try {
      return new Optimizer(this, this.number(create(ids.pointer, ids.length)));
    } finally {
      ids.free();
    }
  }
}
