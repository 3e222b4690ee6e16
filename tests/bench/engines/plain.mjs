// Plain JavaScript: the three loops of a matrix product over typed arrays, and a network of objects,
// one for each neuron and link, as TensorFlow Playground's is built. SGD only.
import { denseParameters, matmulData, pointsData } from '../workloads.mjs';

function matmul({ n }) {
  const { a, b } = matmulData(n);
  const c = new Float32Array(n * n);
  const run = () => {
    c.fill(0);
    for (let i = 0; i < n; i++)
      for (let k = 0; k < n; k++) {
        const left = a[i * n + k];
        for (let j = 0; j < n; j++) c[i * n + j] += left * b[k * n + j];
      }
  };
  return {
    run,
    check: () => {
      run();
      return [c.reduce((total, v) => total + v, 0) / c.length];
    },
  };
}

class Network {
  constructor(layers) {
    this.layers = [Array.from({ length: layers[0].in }, () => ({ output: 0, links: [] }))];
    for (const layer of layers) {
      const below = this.layers.at(-1);
      this.layers.push(
        Array.from({ length: layer.out }, (_, o) => ({
          output: 0,
          bias: 0,
          biasGradient: 0,
          outputGradient: 0,
          links: below.map((source, i) => ({
            source,
            weight: layer.values[i * layer.out + o],
            gradient: 0,
          })),
        })),
      );
    }
  }
  forward(inputs) {
    this.layers[0].forEach((node, i) => (node.output = inputs[i]));
    for (const layer of this.layers.slice(1))
      for (const node of layer) {
        let total = node.bias;
        for (const link of node.links) total += link.weight * link.source.output;
        node.output = Math.tanh(total);
      }
    return this.layers.at(-1)[0].output;
  }
  backward(outputGradient) {
    for (const layer of this.layers) for (const node of layer) node.outputGradient = 0;
    this.layers.at(-1)[0].outputGradient = outputGradient;
    for (let k = this.layers.length - 1; k >= 1; k--)
      for (const node of this.layers[k]) {
        const inner = node.outputGradient * (1 - node.output * node.output);
        node.biasGradient += inner;
        for (const link of node.links) {
          link.gradient += inner * link.source.output;
          link.source.outputGradient += inner * link.weight;
        }
      }
  }
  update(rate) {
    for (const layer of this.layers.slice(1))
      for (const node of layer) {
        node.bias -= rate * node.biasGradient;
        node.biasGradient = 0;
        for (const link of node.links) {
          link.weight -= rate * link.gradient;
          link.gradient = 0;
        }
      }
  }
}

function tiny(workload) {
  const { x, targets } = pointsData(workload.points);
  const points = Array.from(targets, (_, i) => [x[2 * i], x[2 * i + 1]]);
  const steps = workload.points / workload.batch;
  const step = (net, at) => {
    let loss = 0;
    for (let i = at * workload.batch; i < (at + 1) * workload.batch; i++) {
      const error = net.forward(points[i]) - targets[i];
      loss += (0.5 * error * error) / workload.batch;
      net.backward(error);
    }
    net.update(workload.lr / workload.batch);
    return loss;
  };
  const net = new Network(denseParameters('tiny'));
  return {
    run: () => {
      for (let i = 0; i < steps; i++) step(net, i);
    },
    check: () => {
      const fresh = new Network(denseParameters('tiny'));
      return [0, 1, 2].map((at) => step(fresh, at));
    },
  };
}

export const create = async () => ({ prepare: (w) => ({ matmul, tiny })[w.kind]?.(w) });
