// Our engine, through the JavaScript API that pages use.
import {
  cnnData,
  cnnParameters,
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

  /** Weights of the layers of those places, as the workloads give them. */
  function load(model, weights) {
    const state = model.state();
    for (const [name, { values, out }] of Object.entries(weights)) {
      state[`${name}.weight`] = transposed(values, values.length / out, out);
      state[`${name}.bias`].fill(0);
    }
    model.load(state);
  }

  function cnn(workload) {
    const { x: pixels, labels } = cnnData(workload.batch);
    const x = grad.tensor(pixels, [workload.batch, 28, 28, 1]);
    const start = () => {
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
      1,
      (step) => () => step(true),
      (step) => () => step(false),
    );
  }

  function mlp(workload) {
    const tiny = workload.kind === 'tiny';
    const data = pointsData(workload.points);
    const batches = [];
    for (let i = 0; i < workload.points; i += workload.batch) {
      const end = i + workload.batch;
      batches.push({
        x: grad.tensor(data.x.slice(2 * i, 2 * end), [workload.batch, 2]),
        target: tiny
          ? grad.tensor(data.targets.slice(i, end), [workload.batch, 1])
          : data.labels.slice(i, end),
      });
    }
    const start = () => {
      const random = grad.generator(1);
      const sizes = mlpSizes[workload.kind];
      const layers = sizes
        .slice(1)
        .flatMap((out, i) => [
          grad.Linear(sizes[i], out, random),
          tiny ? grad.Tanh() : grad.ReLU(),
        ]);
      const model = grad.Sequential(tiny ? layers : layers.slice(0, -1));
      load(model, Object.fromEntries(denseParameters(workload.kind).map((p, i) => [2 * i, p])));
      const optimizer = tiny ? grad.SGD(model, { lr: workload.lr }) : grad.Adam(model);
      let at = 0;
      return () =>
        grad.scope(() => {
          const { x, target } = batches[at++ % batches.length];
          const h = model.forward(x);
          const loss = tiny ? grad.mul(grad.mseLoss(h, target), 0.5) : grad.crossEntropy(h, target);
          optimizer.zeroGrad();
          loss.backward();
          optimizer.step();
          return loss;
        });
    };
    const lossOf = (step) => () => {
      const loss = step();
      const value = loss.item();
      loss.free();
      return value;
    };
    return training(start, batches.length, (step) => () => step().free(), lossOf);
  }

  /** `start` makes fresh parameters and a step; checks are the losses of three steps from there. */
  function training(start, stepsPerRun, timed, checked) {
    const step = timed(start());
    return {
      run: () => {
        for (let i = 0; i < stepsPerRun; i++) step();
      },
      check: () => {
        const once = checked(start());
        return [once(), once(), once()];
      },
    };
  }

  return { prepare: (w) => ({ matmul, cnn, mlp, tiny: mlp })[w.kind](w) };
}

const mean = (values) => values.reduce((total, v) => total + v, 0) / values.length;
