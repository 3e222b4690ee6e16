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
  const trained = { requiresGrad: true };

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

  function cnn(workload) {
    const data = cnnData(workload.batch);
    const x = grad.tensor(data.x, [workload.batch, 28, 28, 1]);
    const labels = grad.labels(data.labels);
    const start = () => {
      const [c1, c2, d1, d2] = cnnParameters().map(({ shape, values }) => {
        const out = shape.at(-1);
        const rows = values.length / out;
        const turned = shape.length === 4 ? [out, ...shape.slice(0, 3)] : [out, rows];
        return {
          w: grad.tensor(transposed(values, rows, out), turned, trained),
          b: grad.zeros([out], trained),
        };
      });
      const adam = grad.adam([c1, c2, d1, d2].flatMap(({ w, b }) => [w, b]));
      let seed = 0;
      return (withDropout) =>
        grad.scope(() => {
          let h = grad.maxPool2d(grad.relu(grad.conv2d(x, c1.w, c1.b)), 2);
          h = grad.maxPool2d(grad.relu(grad.conv2d(h, c2.w, c2.b)), 2);
          h = grad.relu(grad.linear(grad.flatten(h), d1.w, d1.b));
          if (withDropout) h = grad.dropout(h, 0.3, ++seed);
          const loss = grad.crossEntropy(grad.linear(h, d2.w, d2.b), labels);
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
          : grad.labels(data.labels.slice(i, end)),
      });
    }
    const start = () => {
      const layers = denseParameters(workload.kind).map((layer) => ({
        w: grad.tensor(
          transposed(layer.values, layer.in, layer.out),
          [layer.out, layer.in],
          trained,
        ),
        b: grad.zeros([layer.out], trained),
      }));
      const parameters = layers.flatMap(({ w, b }) => [w, b]);
      const optimizer = tiny ? grad.sgd(parameters, { lr: workload.lr }) : grad.adam(parameters);
      const last = mlpSizes[workload.kind].length - 2;
      let at = 0;
      return () =>
        grad.scope(() => {
          const { x, target } = batches[at++ % batches.length];
          let h = x;
          layers.forEach(({ w, b }, i) => {
            h = grad.linear(h, w, b);
            if (tiny) h = grad.tanh(h);
            else if (i < last) h = grad.relu(h);
          });
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
