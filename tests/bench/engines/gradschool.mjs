// Our engine, through the JavaScript API that pages use.
import {
  cnnData,
  cnnParameters,
  convData,
  denseParameters,
  matmulData,
  mlpSizes,
  pointsData,
} from '../workloads.mjs';

/** [in][out] to [out][in]; for convolutions `rows` is kh·kw·in, which gives [out][kh][kw][in]. */
function transposed(values, rows, columns) {
  const result = new Float32Array(values.length);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) result[c * rows + r] = values[r * columns + c];
  return result;
}

export async function create({ api, module, fast, threads }) {
  const { loadEngine } = await import(api);
  const grad = await loadEngine({ url: module, fast, threads });

  function matmul(workload) {
    const { a, b } = matmulData(workload.n);
    const [left, right] = [a, b].map((v) => grad.tensor(v, [workload.n, workload.n]));
    return {
      run: () => grad.noGrad(() => grad.matmul(left, right).free()),
      check: () => {
        const out = grad.noGrad(() => grad.matmul(left, right));
        return [mean(out.data())];
      },
    };
  }

  function conv(workload) {
    const { batch, size, from, to, kernel, padding, depthwise } = workload;
    const { x: pixels, w: weights } = convData(workload);
    const x = grad.tensor(pixels, [batch, size, size, from]);
    const inputs = depthwise ? 1 : from;
    const turned = transposed(weights, kernel * kernel * inputs, to);
    const w = grad.tensor(turned, [to, kernel, kernel, inputs]);
    const options = { padding, groups: depthwise ? to : 1 };
    const once = () => grad.noGrad(() => grad.conv2d(x, w, null, options));
    return { run: () => once().free(), check: () => [mean(once().data())] };
  }

  /** Layers of the same width, for how a step's time grows. */
  function deep({ batch, width, depth }) {
    const random = grad.generator(1);
    const model = grad.mlp(new Array(depth + 1).fill(width), grad.ReLU(), random);
    const x = grad.randn([batch, width], random);
    const labels = Array.from({ length: batch }, (_, i) => i % width);
    const adam = grad.Adam(model);
    return {
      run: () =>
        grad.scope(() => {
          adam.zeroGrad();
          grad.crossEntropy(model.forward(x), labels).backward();
          adam.step();
        }),
    };
  }

  /** Weights of the layers of those places, as the workloads give them. */
  function load(model, weights) {
    const state = model.state();
    for (const [name, { values, out }] of Object.entries(weights)) {
      state[`${name}.weight`] = transposed(values, values.length / out, out);
      state[`${name}.bias`].fill(0);
    }
    model.load(state);
  }

  function digitNetwork() {
    const random = grad.generator(1);
    const model = grad.Sequential([
      grad.Conv2d(1, 32, 3, random),
      grad.ReLU(),
      grad.MaxPool2d(2),
      grad.Conv2d(32, 64, 3, random),
      grad.ReLU(),
      grad.MaxPool2d(2),
      grad.Flatten(),
      grad.Linear(1600, 64, random),
      grad.ReLU(),
      grad.Dropout(0.3, random),
      grad.Linear(64, 10, random),
    ]);
    const weights = cnnParameters().map((p) => ({ ...p, out: p.shape.at(-1) }));
    load(model, Object.fromEntries(['0', '3', '7', '10'].map((place, i) => [place, weights[i]])));
    return model;
  }

  function infer() {
    const model = digitNetwork().eval();
    const x = grad.tensor(cnnData(1).x, [1, 28, 28, 1]);
    const run = () => grad.noGrad(() => grad.scope(() => grad.softmax(model.forward(x)).data()));
    return { run, check: () => [run()[0]] };
  }

  function cnn(workload) {
    const { x: pixels, labels } = cnnData(workload.batch);
    const x = grad.tensor(pixels, [workload.batch, 28, 28, 1]);
    const start = () => {
      const model = digitNetwork();
      const adam = grad.Adam(model);
      return (withDropout) =>
        grad.scope(() => {
          model.train(withDropout);
          const loss = grad.crossEntropy(model.forward(x), labels);
          adam.zeroGrad();
          loss.backward();
          adam.step();
          return loss.item();
        });
    };
    return training(
      start,
      (step) => () => step(true),
      (step) => () => step(false),
    );
  }

  function mlp({ kind, points, batch, lr }) {
    const tiny = kind === 'tiny';
    const all = pointsData(points);
    const examples = (first, end) => ({
      x: grad.tensor(all.x.slice(2 * first, 2 * end), [end - first, 2]),
      y: tiny
        ? grad.tensor(all.targets.slice(first, end), [end - first, 1])
        : all.labels.slice(first, end),
    });
    const start = () => {
      const random = grad.generator(1);
      const sizes = mlpSizes[kind];
      const layers = sizes
        .slice(1)
        .flatMap((out, i) => [
          grad.Linear(sizes[i], out, random),
          tiny ? grad.Tanh() : grad.ReLU(),
        ]);
      const model = grad.Sequential(tiny ? layers : layers.slice(0, -1));
      load(model, Object.fromEntries(denseParameters(kind).map((p, i) => [2 * i, p])));
      // Half the squared error at a rate is the squared error at half the rate, to the bit.
      const optimizer = tiny ? grad.SGD(model, { lr: lr / 2 }) : grad.Adam(model);
      return (data) => {
        const { loss } = grad.trainEpoch(model, data, { optimizer, batchSize: batch });
        return tiny ? loss / 2 : loss;
      };
    };
    const whole = examples(0, points);
    let at = 0;
    const part = () => examples(at % points, (at += batch) % points || points);
    return training(
      start,
      (epoch) => () => epoch(whole),
      (epoch) => () => epoch(part()),
    );
  }

  /** `start` makes fresh parameters and a step; checks are the losses of three steps from there. */
  function training(start, timed, checked) {
    return {
      run: timed(start()),
      check: () => {
        const once = checked(start());
        return [once(), once(), once()];
      },
    };
  }

  return {
    prepare: (w) => ({ matmul, conv, cnn, infer, mlp, tiny: mlp, deep })[w.kind](w),
    /** Bytes of the module's memory, which never shrinks. */
    memory: () => grad.wasm.HEAPF32.buffer.byteLength,
  };
}

const mean = (values) => values.reduce((total, v) => total + v, 0) / values.length;
