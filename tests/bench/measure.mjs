// Prepares a case and measures batches of it; the same code in a Node process and in a page.
import { workloads } from './workloads.mjs';

export class Bench {
  /** `engine` is the address of a file in engines/, `options` what its create() takes. */
  static async start(engine, options) {
    const { create } = await import(engine);
    return new Bench(await create(options));
  }
  constructor(engine) {
    this.engine = engine;
  }

  /** Warms up and sizes a batch to about `targetMs`. Returns { check } or { refused }. */
  async prepare(id, targetMs) {
    const workload = workloads.find((w) => w.id === id);
    try {
      this.current = this.engine.prepare(workload);
      if (!this.current) return { refused: 'has no such operation' };
      const check = (await this.current.check?.()) ?? null;
      this.times = 1;
      let ms = await this.measure();
      const started = performance.now();
      while (ms < 1000 && performance.now() - started < 4 * targetMs) ms = await this.measure();
      this.times = Math.max(1, Math.min(20000, Math.round(targetMs / ms)));
      return { check };
    } catch (error) {
      this.current = null;
      return {
        refused: String(error?.message ?? error)
          .split('\n')[0]
          .slice(0, 160),
      };
    }
  }
  /** Bytes that the engine has taken so far, if it says. */
  memory() {
    return this.engine.memory?.();
  }
  /** Milliseconds of one run, from one batch. */
  async measure() {
    const started = performance.now();
    for (let i = 0; i < this.times; i++) this.current.run();
    await this.current.sync?.();
    return (performance.now() - started) / this.times;
  }
}
