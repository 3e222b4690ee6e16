// TensorFlow.js with its wasm backend, core API. Its wasm backend has no gradient of a convolution's
// weights; where it refuses, that is the result.
import {
  cnnData,
  cnnParameters,
  convData,
  denseParameters,
  matmulData,
  mlpSizes,
  oneHot,
  pointsData,
} from '../workloads.mjs';

export async function create({ scripts, threads = 1 }) {
  const tf = await load(scripts);
  if (scripts) {
    tf.wasm.setWasmPaths(new URL('.', scripts[1]).href);
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', threads > 1);
  }
  await tf.setBackend('wasm');
  await tf.ready();
  const variable = (values, shape) => tf.variable(tf.tensor(values, shape));
  const adam = () => tf.train.adam(1e-3, 0.9, 0.999, 1e-8);

  function matmul(workload) {
    const { a, b } = matmulData(workload.n);
    const [left, right] = [a, b].map((v) => tf.tensor(v, [workload.n, workload.n]));
    let out;
    return {
      run: () => {
        out?.dispose();
        out = tf.matMul(left, right);
      },
      sync: () => out.data(),
      check: async () => [await scalar(tf.tidy(() => tf.mean(tf.matMul(left, right))))],
    };
  }

  function conv(workload) {
    const { batch, size, from, to, kernel, padding, depthwise } = workload;
    const data = convData(workload);
    const x = tf.tensor(data.x, [batch, size, size, from]);
    const w = tf.tensor(data.w, [kernel, kernel, from, depthwise ? 1 : to]);
    const around = padding > 0 ? 'same' : 'valid';
    const once = () =>
      depthwise ? tf.depthwiseConv2d(x, w, 1, around) : tf.conv2d(x, w, 1, around);
    let out;
    return {
      run: () => {
        out?.dispose();
        out = once();
      },
      sync: () => out.data(),
      check: async () => [await scalar(tf.tidy(() => tf.mean(once())))],
    };
  }

  const block = (h, { w, b }) =>
    tf.maxPool(tf.relu(tf.add(tf.conv2d(h, w, 1, 'valid'), b)), 2, 2, 'valid');

  function infer() {
    const x = tf.tensor(cnnData(1).x, [1, 28, 28, 1]);
    const [c1, c2, d1, d2] = cnnParameters().map(({ shape, values }) => ({
      w: tf.tensor(values, shape),
      b: tf.zeros([shape.at(-1)]),
    }));
    const forward = () => {
      const h = block(block(x, c1), c2).reshape([1, 1600]);
      const hidden = tf.relu(tf.add(tf.matMul(h, d1.w), d1.b));
      return tf.softmax(tf.add(tf.matMul(hidden, d2.w), d2.b));
    };
    const run = () => tf.tidy(() => forward().dataSync());
    return { run, check: () => [run()[0]] };
  }

  function cnn(workload) {
    const data = cnnData(workload.batch);
    const x = tf.tensor(data.x, [workload.batch, 28, 28, 1]);
    const y = tf.tensor(oneHot(data.labels, 10), [workload.batch, 10]);
    const start = () => {
      const layers = cnnParameters().map(({ shape, values }) => ({
        w: variable(values, shape),
        b: variable(new Float32Array(shape.at(-1)), [shape.at(-1)]),
      }));
      const [c1, c2, d1, d2] = layers;
      const optimizer = adam();
      return (withDropout) =>
        optimizer.minimize(() => {
          let h = block(block(x, c1), c2).reshape([workload.batch, 1600]);
          h = tf.relu(tf.add(tf.matMul(h, d1.w), d1.b));
          if (withDropout) h = tf.dropout(h, 0.3);
          return tf.losses.softmaxCrossEntropy(y, tf.add(tf.matMul(h, d2.w), d2.b));
        }, true);
    };
    return training(start, 1);
  }

  function mlp(workload) {
    const tiny = workload.kind === 'tiny';
    const data = pointsData(workload.points);
    const batches = [];
    for (let i = 0; i < workload.points; i += workload.batch) {
      const end = i + workload.batch;
      batches.push({
        x: tf.tensor(data.x.slice(2 * i, 2 * end), [workload.batch, 2]),
        y: tiny
          ? tf.tensor(data.targets.slice(i, end), [workload.batch, 1])
          : tf.tensor(oneHot(data.labels.slice(i, end), 2), [workload.batch, 2]),
      });
    }
    const start = () => {
      const layers = denseParameters(workload.kind).map((layer) => ({
        w: variable(layer.values, [layer.in, layer.out]),
        b: variable(new Float32Array(layer.out), [layer.out]),
      }));
      const optimizer = tiny ? tf.train.sgd(workload.lr) : adam();
      const last = mlpSizes[workload.kind].length - 2;
      let at = 0;
      return () =>
        optimizer.minimize(() => {
          const { x, y } = batches[at++ % batches.length];
          const h = layers.reduce((input, { w, b }, i) => {
            const z = tf.add(tf.matMul(input, w), b);
            if (tiny) return tf.tanh(z);
            return i < last ? tf.relu(z) : z;
          }, x);
          return tiny
            ? tf.mul(0.5, tf.mean(tf.square(tf.sub(h, y))))
            : tf.losses.softmaxCrossEntropy(y, h);
        }, true);
    };
    return training(start, batches.length);
  }

  function training(start, stepsPerRun) {
    const step = start();
    let loss;
    return {
      run: () => {
        for (let i = 0; i < stepsPerRun; i++) {
          loss?.dispose();
          loss = step(true);
        }
      },
      sync: () => loss.data(),
      check: async () => {
        const once = start();
        return [await scalar(once(false)), await scalar(once(false)), await scalar(once(false))];
      },
    };
  }

  async function scalar(tensor) {
    const [value] = await tensor.data();
    tensor.dispose();
    return value;
  }

  return { prepare: (w) => ({ matmul, conv, cnn, infer, mlp, tiny: mlp })[w.kind]?.(w) };
}

async function load(scripts) {
  if (!scripts) {
    const tf = await import('@tensorflow/tfjs');
    await import('@tensorflow/tfjs-backend-wasm');
    return tf.default ?? tf;
  }
  for (const src of scripts)
    await new Promise((done, failed) => {
      const element = Object.assign(document.createElement('script'), { src });
      element.onload = done;
      element.onerror = () => failed(new Error(`cannot load ${src}`));
      document.head.append(element);
    });
  return globalThis.tf;
}
