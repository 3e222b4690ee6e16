// Written by tests/engine/types.mjs from the module's list of functions; do not edit.

import type { Generator, Layer, Optimizer, ReduceLROnPlateau, Tensor } from './engine.js';

export interface Functions {
  /**
   * Unless given: requiresGrad false.
   */
  zeros(shape: ArrayLike<number>, options?: { requiresGrad?: boolean }): Tensor;
  /**
   * Unless given: requiresGrad false.
   */
  full(shape: ArrayLike<number>, value: number, options?: { requiresGrad?: boolean }): Tensor;
  /**
   * Unless given: requiresGrad false.
   */
  randn(
    shape: ArrayLike<number>,
    generator: Generator,
    options?: { requiresGrad?: boolean },
  ): Tensor;
  /**
   * Unless given: low 0, high 1, requiresGrad false.
   */
  rand(
    shape: ArrayLike<number>,
    generator: Generator,
    options?: { low?: number; high?: number; requiresGrad?: boolean },
  ): Tensor;
  detach(x: Tensor): Tensor;
  backward(x: Tensor): void;
  zeroGrad(x: Tensor): void;
  requiresGrad(x: Tensor): boolean;
  generator(seed: number): Generator;
  permutation(n: number, generator: Generator): number[];
  add(a: Tensor, b: Tensor | number): Tensor;
  sub(a: Tensor, b: Tensor | number): Tensor;
  mul(a: Tensor, b: Tensor | number): Tensor;
  div(a: Tensor, b: Tensor | number): Tensor;
  /**
   * x to the power of the exponent, broadcasting; NaN where x < 0 and the exponent is not whole.
   */
  pow(x: Tensor, exponent: Tensor | number): Tensor;
  neg(x: Tensor): Tensor;
  exp(x: Tensor): Tensor;
  log(x: Tensor): Tensor;
  sqrt(x: Tensor): Tensor;
  square(x: Tensor): Tensor;
  abs(x: Tensor): Tensor;
  sign(x: Tensor): Tensor;
  relu(x: Tensor): Tensor;
  sigmoid(x: Tensor): Tensor;
  tanh(x: Tensor): Tensor;
  /**
   * x Φ(x), with Φ(x) the share of standard normal numbers below x.
   */
  gelu(x: Tensor): Tensor;
  /**
   * x sigmoid(x).
   */
  silu(x: Tensor): Tensor;
  /**
   * log(1 + exp(x)).
   */
  softplus(x: Tensor): Tensor;
  /**
   * x above 0, slope * x below.
   * Unless given: slope 0.01.
   */
  leakyRelu(x: Tensor, options?: { slope?: number }): Tensor;
  /**
   * x above 0, alpha (exp(x) - 1) below. Throws Error unless alpha > 0.
   * Unless given: alpha 1.
   */
  elu(x: Tensor, options?: { alpha?: number }): Tensor;
  /**
   * The larger of the two; equal ones share the gradient.
   */
  maximum(a: Tensor, b: Tensor): Tensor;
  minimum(a: Tensor, b: Tensor): Tensor;
  /**
   * x moved into [low, high]; no gradient where it was outside.
   */
  clamp(x: Tensor, low: number, high: number): Tensor;
  /**
   * 1 where a > b (or a == b), else 0. Without gradient.
   */
  greater(a: Tensor, b: Tensor): Tensor;
  equal(a: Tensor, b: Tensor): Tensor;
  /**
   * a where the condition is not 0, else b. No gradient passes to the condition.
   */
  where(condition: Tensor, a: Tensor, b: Tensor): Tensor;
  /**
   * Unless given: axes none, keepdim false.
   */
  sum(x: Tensor, options?: { axes?: number | ArrayLike<number>; keepdim?: boolean }): Tensor;
  /**
   * Unless given: axes none, keepdim false.
   */
  mean(x: Tensor, options?: { axes?: number | ArrayLike<number>; keepdim?: boolean }): Tensor;
  /**
   * Mean square distance from the mean, divided by the count less `correction`.
   * Unless given: keepdim false, correction 1.
   */
  var(
    x: Tensor,
    axes: number | ArrayLike<number>,
    options?: { keepdim?: boolean; correction?: number },
  ): Tensor;
  /**
   * The largest; equal ones share the gradient. Throws Error where there is none to choose from.
   * Unless given: keepdim false.
   */
  max(x: Tensor, axes: number | ArrayLike<number>, options?: { keepdim?: boolean }): Tensor;
  /**
   * Unless given: keepdim false.
   */
  min(x: Tensor, axes: number | ArrayLike<number>, options?: { keepdim?: boolean }): Tensor;
  /**
   * log of the sum of exp(x), without overflow.
   * Unless given: keepdim false.
   */
  logsumexp(x: Tensor, axes: number | ArrayLike<number>, options?: { keepdim?: boolean }): Tensor;
  /**
   * Index of the first largest along one axis, for the rest of the axes in order. No operation.
   * Unless given: axis -1.
   */
  argmax(x: Tensor, options?: { axis?: number }): number[];
  reshape(x: Tensor, shape: ArrayLike<number>): Tensor;
  /**
   * (n, ...) to (n, rest).
   */
  flatten(x: Tensor): Tensor;
  /**
   * A new axis of size 1 in that place of the result.
   */
  unsqueeze(x: Tensor, axis: number): Tensor;
  /**
   * Axis i of the result is axis axes[i] of x: permute(x, {0, 3, 1, 2}).
   */
  permute(x: Tensor, axes: number | ArrayLike<number>): Tensor;
  /**
   * (m, n) to (n, m).
   * Unless given: a -2, b -1.
   */
  transpose(x: Tensor, options?: { a?: number; b?: number }): Tensor;
  /**
   * Every `step`-th from start up to but without stop, as Python's x[start:stop:step]: negative ones
   * count from the end, what lies outside is cut off.
   * Unless given: step 1.
   */
  slice(x: Tensor, axis: number, start: number, stop: number, options?: { step?: number }): Tensor;
  /**
   * One index of an axis, which disappears.
   */
  select(x: Tensor, axis: number, index: number): Tensor;
  /**
   * The given axes in reverse order.
   */
  flip(x: Tensor, axes: number | ArrayLike<number>): Tensor;
  /**
   * The whole counts[i] times along axis i; x gets axes of size 1 in front if there are more counts.
   */
  repeat(x: Tensor, counts: ArrayLike<number>): Tensor;
  /**
   * `value` around x: two amounts (before, after) for each axis, the last axis first.
   * Unless given: value 0.
   */
  pad(x: Tensor, amounts: ArrayLike<number>, options?: { value?: number }): Tensor;
  /**
   * One after the other along an axis, in which alone the shapes may differ.
   * Unless given: axis 0.
   */
  concat(parts: Tensor[], options?: { axis?: number }): Tensor;
  /**
   * Along a new axis in that place of the result; the shapes must be equal.
   * Unless given: axis 0.
   */
  stack(parts: Tensor[], options?: { axis?: number }): Tensor;
  /**
   * y[i,j,..] = x[index[i,j,..],j,..] for axis 0, and so on. `shape` is that of the indices and of
   * the result: as x's, but of any size along `axis` and at most x's along the others.
   */
  gather(x: Tensor, axis: number, index: ArrayLike<number>, shape: ArrayLike<number>): Tensor;
  /**
   * x plus source, whose elements go where gather would take them from; indices as many as those.
   */
  scatterAdd(x: Tensor, axis: number, index: ArrayLike<number>, source: Tensor): Tensor;
  /**
   * The given slices of an axis, one after the other; the same may be taken several times.
   */
  indexSelect(x: Tensor, axis: number, index: ArrayLike<number>): Tensor;
  /**
   * Rows of weight (entries, size) in an array of that shape, so that the result has one axis more.
   */
  embedding(weight: Tensor, index: ArrayLike<number>, shape: ArrayLike<number>): Tensor;
  /**
   * Rows of `classes` zeros with a 1 at the label. Without gradient.
   */
  oneHot(labels: ArrayLike<number>, classes: number): Tensor;
  /**
   * (...,m,k) x (...,k,n) to (...,m,n), with the axes in front broadcasting. `trans_a` means that a
   * is stored (...,k,m), `trans_b` that b is stored (...,n,k).
   * Unless given: transA false, transB false.
   */
  matmul(a: Tensor, b: Tensor, options?: { transA?: boolean; transB?: boolean }): Tensor;
  /**
   * x (...,in), w (out,in), b (out) or undefined: y = x wᵀ + b, as PyTorch's functional linear, or
   * activation(y).
   */
  linear(x: Tensor, w: Tensor, b?: Tensor | null): Tensor;
  /**
   * x (n,h,w,in), w (out,kh,kw,in/groups) to (n,oh,ow,out), oh = (h + 2 padding - dilation (kh-1) -
   * 1) / stride + 1, rounded down; with the activation applied to it.
   * Unless given: stride 1, padding 0, dilation 1, groups 1.
   */
  conv2d(
    x: Tensor,
    w: Tensor,
    b?: Tensor | null,
    options?: { stride?: number; padding?: number; dilation?: number; groups?: number },
  ): Tensor;
  /**
   * x (n,length,in), w (out,k,in/groups) to (n,out length,out).
   * Unless given: stride 1, padding 0, dilation 1, groups 1.
   */
  conv1d(
    x: Tensor,
    w: Tensor,
    b?: Tensor | null,
    options?: { stride?: number; padding?: number; dilation?: number; groups?: number },
  ): Tensor;
  /**
   * The transpose of conv2d as a linear map: x (n,h,w,in), w (in,kh,kw,out/groups) to (n,oh,ow,out),
   * oh = (h-1) stride - 2 padding + dilation (kh-1) + output_padding + 1.
   * Unless given: stride 1, padding 0, outputPadding 0, groups 1, dilation 1.
   */
  convTranspose2d(
    x: Tensor,
    w: Tensor,
    b?: Tensor | null,
    options?: {
      stride?: number;
      padding?: number;
      outputPadding?: number;
      groups?: number;
      dilation?: number;
    },
  ): Tensor;
  /**
   * Windows of size×size, `stride` apart (size if 0); what does not fill a window is left out.
   * Unless given: stride 0.
   */
  maxPool2d(x: Tensor, size: number, options?: { stride?: number }): Tensor;
  /**
   * Unless given: stride 0.
   */
  avgPool2d(x: Tensor, size: number, options?: { stride?: number }): Tensor;
  /**
   * (n,h,w,channels) to (n,channels).
   */
  globalAvgPool2d(x: Tensor): Tensor;
  globalMaxPool2d(x: Tensor): Tensor;
  /**
   * (n,h,w,channels) to (n,h scale,w scale,channels): each pixel repeated, or between its neighbours
   * (as PyTorch with align_corners=False).
   */
  upsampleNearest(x: Tensor, scale: number): Tensor;
  upsampleBilinear(x: Tensor, scale: number): Tensor;
  /**
   * Zeroes each element with probability p and scales the rest by 1/(1-p); identity unless
   * `training`.
   * Unless given: training true.
   */
  dropout(x: Tensor, p: number, generator: Generator, options?: { training?: boolean }): Tensor;
  /**
   * Each row to mean 0 and variance 1.
   * Unless given: eps 0.00001.
   */
  layerNorm(
    x: Tensor,
    weight?: Tensor | null,
    bias?: Tensor | null,
    options?: { eps?: number },
  ): Tensor;
  /**
   * Each row to a mean square of 1.
   * Unless given: eps 0.000001.
   */
  rmsNorm(x: Tensor, weight?: Tensor | null, options?: { eps?: number }): Tensor;
  /**
   * x (n,...,channels): each of n, and in it each group of channels, to mean 0 and variance 1.
   * Unless given: eps 0.00001.
   */
  groupNorm(
    x: Tensor,
    groups: number,
    weight?: Tensor | null,
    bias?: Tensor | null,
    options?: { eps?: number },
  ): Tensor;
  /**
   * Each channel to mean 0 and variance 1 over all else. If `training`, by the batch's own
   * statistics, which the running ones (channels) follow: running += momentum (batch - running);
   * else by the running ones.
   * Unless given: momentum 0.1, eps 0.00001.
   */
  batchNorm(
    x: Tensor,
    runningMean: Tensor,
    runningVar: Tensor,
    weight: Tensor | null,
    bias: Tensor | null,
    training: boolean,
    options?: { momentum?: number; eps?: number },
  ): Tensor;
  /**
   * exp(x) / sum of exp(x) along an axis: probabilities. And their logarithm.
   * Unless given: axis -1.
   */
  softmax(x: Tensor, options?: { axis?: number }): Tensor;
  /**
   * Unless given: axis -1.
   */
  logSoftmax(x: Tensor, options?: { axis?: number }): Tensor;
  /**
   * softmax(query keyᵀ / sqrt(d)) value, for query (...,length,d), key (...,keys,d) and value
   * (...,keys,e), to (...,length,e). Where `mask` (broadcasting to (...,length,keys)) is 0, a query
   * does not see a key; if `causal`, none behind its own place. One that sees nothing gets NaN.
   * Unless given: mask none, causal false.
   */
  scaledDotProductAttention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    options?: { mask?: Tensor; causal?: boolean },
  ): Tensor;
  /**
   * Mean over rows of -log softmax(logits)[label]: logits (n,c), n labels in [0,c).
   * Unless given: weight none, labelSmoothing 0, ignoreIndex -100.
   */
  crossEntropy(
    logits: Tensor,
    labels: ArrayLike<number>,
    options?: { weight?: ArrayLike<number>; labelSmoothing?: number; ignoreIndex?: number },
  ): Tensor;
  /**
   * The same from log-probabilities, such as log_softmax gives.
   * Unless given: weight none, labelSmoothing 0, ignoreIndex -100.
   */
  nllLoss(
    logProbabilities: Tensor,
    labels: ArrayLike<number>,
    options?: { weight?: ArrayLike<number>; labelSmoothing?: number; ignoreIndex?: number },
  ): Tensor;
  /**
   * Mean of -t log sigmoid(x) - (1-t) log(1 - sigmoid(x)), with targets t in [0,1].
   */
  bceWithLogits(logits: Tensor, target: Tensor): Tensor;
  /**
   * Mean of (prediction - target)².
   */
  mseLoss(prediction: Tensor, target: Tensor): Tensor;
  /**
   * Mean of |prediction - target|.
   */
  l1Loss(prediction: Tensor, target: Tensor): Tensor;
  /**
   * Mean of d²/2 where d = |prediction - target| is at most delta, else of delta (d - delta/2).
   * Unless given: delta 1.
   */
  huberLoss(prediction: Tensor, target: Tensor, options?: { delta?: number }): Tensor;
  /**
   * Sum of p (log p - log q) over the classes, mean over the rows (PyTorch's "batchmean"), with
   * log q predicted; the target p is taken as given, without gradient.
   */
  klDiv(logPrediction: Tensor, target: Tensor): Tensor;
  /**
   * Share of rows whose first largest logit is at the label, in [0,1]. A number, no operation.
   */
  accuracy(logits: Tensor, labels: ArrayLike<number>): number;
  /**
   * y = x wᵀ + b for x (...,in). Initialised as PyTorch: uniform in ±1/sqrt(in) for both.
   * Unless given: withBias true.
   */
  Linear(
    inputs: number,
    outputs: number,
    generator: Generator,
    options?: { withBias?: boolean },
  ): Layer;
  /**
   * Convolution over NHWC pictures. Initialised as PyTorch: uniform in ±1/sqrt(in·k·k/groups).
   * Unless given: stride 1, padding 0, dilation 1, groups 1.
   */
  Conv2d(
    inputs: number,
    outputs: number,
    kernel: number,
    generator: Generator,
    options?: { stride?: number; padding?: number; dilation?: number; groups?: number },
  ): Layer;
  /**
   * Convolution over sequences (n,length,in). Initialised as Conv2d.
   * Unless given: stride 1, padding 0, dilation 1, groups 1.
   */
  Conv1d(
    inputs: number,
    outputs: number,
    kernel: number,
    generator: Generator,
    options?: { stride?: number; padding?: number; dilation?: number; groups?: number },
  ): Layer;
  /**
   * The transpose of a convolution, which makes pictures larger. Initialised as PyTorch: uniform in
   * ±1/sqrt(out·k·k/groups).
   * Unless given: stride 1, padding 0, outputPadding 0, groups 1.
   */
  ConvTranspose2d(
    inputs: number,
    outputs: number,
    kernel: number,
    generator: Generator,
    options?: { stride?: number; padding?: number; outputPadding?: number; groups?: number },
  ): Layer;
  /**
   * Unless given: stride 0.
   */
  MaxPool2d(size: number, options?: { stride?: number }): Layer;
  /**
   * Unless given: stride 0.
   */
  AvgPool2d(size: number, options?: { stride?: number }): Layer;
  GlobalAvgPool2d(): Layer;
  /**
   * Unless given: bilinear false.
   */
  Upsample(scale: number, options?: { bilinear?: boolean }): Layer;
  Flatten(): Layer;
  ReLU(): Layer;
  /**
   * Unless given: slope 0.01.
   */
  LeakyReLU(options?: { slope?: number }): Layer;
  /**
   * Unless given: alpha 1.
   */
  ELU(options?: { alpha?: number }): Layer;
  GELU(): Layer;
  SiLU(): Layer;
  Softplus(): Layer;
  Sigmoid(): Layer;
  Tanh(): Layer;
  /**
   * Unless given: axis -1.
   */
  Softmax(options?: { axis?: number }): Layer;
  /**
   * Each channel to mean 0 and variance 1 over the batch (in training; else by running statistics),
   * then scaled and shifted. For (n,features) and pictures alike.
   * Unless given: momentum 0.1, eps 0.00001.
   */
  BatchNorm(channels: number, options?: { momentum?: number; eps?: number }): Layer;
  /**
   * Each row of features to mean 0 and variance 1, then scaled and shifted.
   * Unless given: eps 0.00001.
   */
  LayerNorm(features: number, options?: { eps?: number }): Layer;
  /**
   * Each row of features to a mean square of 1, then scaled.
   * Unless given: eps 0.000001.
   */
  RMSNorm(features: number, options?: { eps?: number }): Layer;
  /**
   * Each group of channels of each example to mean 0 and variance 1, then scaled and shifted.
   * Unless given: eps 0.00001.
   */
  GroupNorm(groups: number, channels: number, options?: { eps?: number }): Layer;
  /**
   * Zeroes with probability p, in [0,1), in training mode. Owns its generator (seeded by two draws
   * from `seed_from`) so that a run is reproducible.
   */
  Dropout(p: number, generator: Generator): Layer;
  /**
   * Rows of a table by number, standard normal at first.
   */
  Embedding(entries: number, size: number, generator: Generator): Layer;
  /**
   * h' = tanh(W x + b + U h + c).
   */
  RNN(inputs: number, hidden: number, generator: Generator): Layer;
  /**
   * Gated recurrent unit (Cho et al. 2014), with gates r, z and candidate n as in PyTorch:
   * h' = (1 - z) n + z h, n = tanh(W x + b + r (U h + c)).
   */
  GRU(inputs: number, hidden: number, generator: Generator): Layer;
  /**
   * Long short-term memory (Hochreiter and Schmidhuber 1997), with gates i, f, g, o as in PyTorch:
   * c' = f c + i g, h' = o tanh(c').
   */
  LSTM(inputs: number, hidden: number, generator: Generator): Layer;
  /**
   * Several attentions side by side, each on a part of the features, then mixed:
   * x (n,length,size) to the same shape. PyTorch's initialisation: Xavier uniform for what makes
   * queries, keys and values, biases 0.
   * Unless given: causal false.
   */
  MultiheadAttention(
    size: number,
    heads: number,
    generator: Generator,
    options?: { causal?: boolean },
  ): Layer;
  /**
   * y = x + attention(norm(x)); y + feed-forward(norm(y)), a Linear, GELU and Linear. Norms first,
   * as PyTorch's TransformerEncoderLayer with norm_first.
   * Unless given: dropout 0, causal false.
   */
  TransformerBlock(
    size: number,
    heads: number,
    feedForward: number,
    generator: Generator,
    options?: { dropout?: number; causal?: boolean },
  ): Layer;
  /**
   * A graph's layer (Kipf and Welling 2017): y = A x wᵀ + b for node features x (nodes,in), where
   * the adjacency A mixes each node with its neighbours.
   */
  GraphConv(adjacency: Tensor, inputs: number, outputs: number, generator: Generator): Layer;
  /**
   * y = x + body(x), whose shapes must be equal.
   */
  Residual(layers: Layer[]): Layer;
  /**
   * Layers applied one after the other.
   */
  Sequential(layers: Layer[]): Layer;
  /**
   * Linear layers of the given sizes with `activation` between them (not after the last):
   * mlp({2, 64, 64, 2}, ReLU{}, rng).
   */
  mlp(sizes: ArrayLike<number>, activation: Layer, generator: Generator): Layer;
  /**
   * D^-1/2 (A + I) D^-1/2 of an undirected graph, with the degrees D of A + I. Throws Error if an
   * edge names a node that is not there.
   */
  normalizedAdjacency(nodes: number, edges: ArrayLike<number>): Tensor;
  forward(layer: Layer, x: Tensor): Tensor;
  trace(layer: Layer, x: Tensor): Tensor[];
  /**
   * Unless given: mask none.
   */
  attend(layer: Layer, query: Tensor, memory: Tensor, options?: { mask?: Tensor }): Tensor;
  recurrentStep(layer: Layer, x: Tensor, state: Tensor[]): Tensor[];
  setTraining(layer: Layer, on: boolean): void;
  isTraining(layer: Layer): boolean;
  clone(layer: Layer): Layer;
  kind(layer: Layer): string;
  parameterNames(layer: Layer): string;
  stateNames(layer: Layer): string;
  stateTensors(layer: Layer): Tensor[];
  summary(layer: Layer, inputShape: ArrayLike<number>): string;
  initNormal(weight: Tensor, mean: number, deviation: number, generator: Generator): void;
  initUniform(weight: Tensor, low: number, high: number, generator: Generator): void;
  /**
   * Glorot and Bengio 2010: variance 2 / (fan in + fan out), for tanh and sigmoid.
   * Unless given: gain 1.
   */
  xavierUniform(weight: Tensor, generator: Generator, options?: { gain?: number }): void;
  /**
   * Unless given: gain 1.
   */
  xavierNormal(weight: Tensor, generator: Generator, options?: { gain?: number }): void;
  /**
   * He et al. 2015: variance 2 / fan in, for ReLU.
   */
  heUniform(weight: Tensor, generator: Generator): void;
  heNormal(weight: Tensor, generator: Generator): void;
  /**
   * Saxe et al. 2014: as a matrix (out, rest), orthonormal rows, or columns if those are shorter.
   * Unless given: gain 1.
   */
  orthogonal(weight: Tensor, generator: Generator, options?: { gain?: number }): void;
  /**
   * Stochastic gradient descent: v = momentum v + g; w -= lr v, with Nesterov w -= lr (g + momentum
   * v).
   * Unless given: lr 0.01, momentum 0, weightDecay 0, nesterov false.
   */
  SGD(
    parameters: Layer | Tensor[],
    options?: { lr?: number; momentum?: number; weightDecay?: number; nesterov?: boolean },
  ): Optimizer;
  /**
   * Steps in units of the gradient's recent size: v = alpha v + (1 - alpha) g²;
   * w -= lr g / (sqrt(v) + eps).
   * Unless given: lr 0.01, alpha 0.99, eps 1e-8, weightDecay 0.
   */
  RMSProp(
    parameters: Layer | Tensor[],
    options?: { lr?: number; alpha?: number; eps?: number; weightDecay?: number },
  ): Optimizer;
  /**
   * Steps that shrink with all the gradients so far: v = v + g²; w -= lr g / (sqrt(v) + eps).
   * Unless given: lr 0.01, eps 1e-10, weightDecay 0.
   */
  Adagrad(
    parameters: Layer | Tensor[],
    options?: { lr?: number; eps?: number; weightDecay?: number },
  ): Optimizer;
  /**
   * Adam, Kingma and Ba 2015, algorithm 1, with PyTorch's defaults.
   * Unless given: lr 0.001, beta1 0.9, beta2 0.999, eps 1e-8.
   */
  Adam(
    parameters: Layer | Tensor[],
    options?: { lr?: number; beta1?: number; beta2?: number; eps?: number },
  ): Optimizer;
  /**
   * Adam with decoupled weight decay (Loshchilov and Hutter 2019): w -= lr weight_decay w before
   * Adam's step, which does not see the decay.
   * Unless given: lr 0.001, beta1 0.9, beta2 0.999, eps 1e-8, weightDecay 0.01.
   */
  AdamW(
    parameters: Layer | Tensor[],
    options?: { lr?: number; beta1?: number; beta2?: number; eps?: number; weightDecay?: number },
  ): Optimizer;
  optimizerStep(optimizer: Optimizer): void;
  optimizerZeroGrad(optimizer: Optimizer): void;
  learningRate(optimizer: Optimizer): number;
  setLearningRate(optimizer: Optimizer, lr: number): void;
  /**
   * Applies the model to those rows of x (n,...), `batch` after `batch`. With `labels`, one for each
   * of `rows`, the loss is cross_entropy(), else mse_loss() to the same rows of `targets`. With an
   * optimiser each batch is a step of training, and a loss that is not finite ends the pass before
   * the parameters change; without one nothing is recorded or changed. Throws Error where shapes,
   * rows or labels do not fit.
   */
  passOver(
    model: Layer,
    optimizer: Optimizer | null,
    x: Tensor,
    targets: Tensor | null,
    labels: ArrayLike<number>,
    rows: ArrayLike<number>,
    batch: number,
    clipNorm: number,
  ): number[];
  snapshotNames(model: Layer, optimizer: Optimizer, generator: Generator): string;
  snapshotArrays(model: Layer, optimizer: Optimizer, generator: Generator): Tensor[];
  snapshotNumbers(model: Layer, optimizer: Optimizer, generator: Generator): number[];
  restoreSnapshot(
    model: Layer,
    optimizer: Optimizer,
    generator: Generator,
    arrays: Tensor[],
    numbers: ArrayLike<number>,
  ): void;
  /**
   * Scales all gradients by one factor so that their common Euclidean norm is at most `max_norm`.
   * Returns the norm before. Call between backward() and step().
   */
  clipGradNorm(parameters: Layer | Tensor[], maxNorm: number): number;
  /**
   * Moves every number of every gradient into [-limit, limit].
   */
  clipGradValue(parameters: Layer | Tensor[], limit: number): void;
  /**
   * Unless given: gamma 0.1.
   */
  stepLR(step: number, lr: number, every: number, options?: { gamma?: number }): number;
  /**
   * Unless given: lowest 0.
   */
  cosineAnnealingLR(step: number, lr: number, steps: number, options?: { lowest?: number }): number;
  /**
   * Unless given: start 0.3333333333333333.
   */
  linearLR(step: number, lr: number, steps: number, options?: { start?: number }): number;
  /**
   * Unless given: rising 0.3, divisor 25, lastDivisor 10000.
   */
  oneCycleLR(
    step: number,
    highest: number,
    steps: number,
    options?: { rising?: number; divisor?: number; lastDivisor?: number },
  ): number;
  /**
   * Lowers the rate by `factor` when a measure that should fall has not fallen for more than
   * `patience` steps: lr = plateau.step(loss).
   * Unless given: factor 0.1, patience 10, threshold 0.0001, lowest 0.
   */
  ReduceLROnPlateau(
    lr: number,
    options?: { factor?: number; patience?: number; threshold?: number; lowest?: number },
  ): ReduceLROnPlateau;
  plateauStep(plateau: ReduceLROnPlateau, measure: number): number;
}
