// ConvNetJS: plain JavaScript, one example at a time. It has no Adam; Adadelta stands in, so its
// losses are not compared.
import { cnnData, mlpSizes, pointsData } from '../workloads.mjs';

export async function create({ script }) {
  const convnet = script ? await loadScript(script) : (await import('convnetjs')).default;

  function volume(width, height, depth, values) {
    const vol = new convnet.Vol(width, height, depth, 0);
    for (let i = 0; i < values.length; i++) vol.w[i] = values[i];
    return vol;
  }
  function trainer(layers, workload, method, lr) {
    const net = new convnet.Net();
    net.makeLayers(layers);
    return new convnet.Trainer(net, {
      method,
      learning_rate: lr,
      momentum: 0,
      l2_decay: 0,
      batch_size: workload.batch,
    });
  }
  const epoch = (train, examples) => ({
    run: () => examples.forEach(({ x, y }) => train.train(x, y)),
  });

  function cnn(workload) {
    const data = cnnData(workload.batch);
    const examples = Array.from(data.labels, (y, i) => ({
      x: volume(28, 28, 1, data.x.subarray(784 * i, 784 * (i + 1))),
      y,
    }));
    const conv = (filters) => ({
      type: 'conv',
      sx: 3,
      filters,
      stride: 1,
      pad: 0,
      activation: 'relu',
    });
    const pool = { type: 'pool', sx: 2, stride: 2 };
    const layers = [
      { type: 'input', out_sx: 28, out_sy: 28, out_depth: 1 },
      conv(32),
      { ...pool },
      conv(64),
      { ...pool },
      { type: 'fc', num_neurons: 64, activation: 'relu', drop_prob: 0.3 },
      { type: 'softmax', num_classes: 10 },
    ];
    return epoch(trainer(layers, workload, 'adadelta', 1e-3), examples);
  }

  function mlp(workload) {
    const tiny = workload.kind === 'tiny';
    const data = pointsData(workload.points);
    const examples = Array.from(data.labels, (label, i) => ({
      x: volume(1, 1, 2, data.x.subarray(2 * i, 2 * i + 2)),
      y: tiny ? [data.targets[i]] : label,
    }));
    const hidden = mlpSizes[workload.kind].slice(1, -1);
    const layers = [
      { type: 'input', out_sx: 1, out_sy: 1, out_depth: 2 },
      ...hidden.map((n) => ({ type: 'fc', num_neurons: n, activation: tiny ? 'tanh' : 'relu' })),
      tiny ? { type: 'regression', num_neurons: 1 } : { type: 'softmax', num_classes: 2 },
    ];
    const method = tiny ? ['sgd', workload.lr] : ['adadelta', 1e-3];
    return epoch(trainer(layers, workload, ...method), examples);
  }

  return { prepare: (w) => ({ cnn, mlp, tiny: mlp })[w.kind]?.(w) };
}

const loadScript = (src) =>
  new Promise((done, failed) => {
    const element = Object.assign(document.createElement('script'), { src });
    element.onload = () => done(globalThis.convnetjs);
    element.onerror = () => failed(new Error(`cannot load ${src}`));
    document.head.append(element);
  });
