// Runs that views want made elsewhere (a demo over many seeds): a few workers, each with an engine of
// its own. A run is a pure function of demo and state, so any of them gives the same numbers.

import type { ModuleOf } from './protocol.js';

interface Job {
  view: number;
  demo: string;
  state: string;
}
export type JobRequest = { module: ModuleOf; demo: string; state: string };
/** `result` is "" for a run that failed. */
export type JobAnswer = { result: string };

/** One worker for each core beside the one that this page's own runs need; four at most. */
const most = Math.max(1, Math.min(4, (navigator.hardwareConcurrency || 2) - 1));

export class Jobs {
  private queue: Job[] = [];
  private readonly idle: Worker[] = [];
  private readonly busy = new Map<Worker, Job>();

  constructor(
    private readonly module: ModuleOf,
    private readonly done: (job: Job, result: string) => void,
  ) {}

  /** From now on a view wants these states of its demo, and nothing else. */
  want(view: number, demo: string, states: string[]): void {
    const wanted = new Set(states);
    const other = (job: Job) => job.view !== view || wanted.has(job.state);
    for (const [worker, job] of this.busy) if (!other(job)) this.end(worker);
    const running = [...this.busy.values()].filter((job) => job.view === view);
    const known = new Set(
      [...this.queue, ...running].filter((j) => j.view === view).map((j) => j.state),
    );
    this.queue = this.queue.filter(other);
    for (const state of states) if (!known.has(state)) this.queue.push({ view, demo, state });
    this.go();
  }

  private go(): void {
    while (this.queue.length > 0 && this.busy.size < most) {
      const job = this.queue.shift()!;
      const worker = this.idle.pop() ?? this.start();
      this.busy.set(worker, job);
      const { demo, state } = job;
      worker.postMessage({ module: this.module, demo, state } satisfies JobRequest);
    }
    // Engines are large; they are not kept for a reader who may never ask again.
    if (this.busy.size === 0) for (const worker of this.idle.splice(0)) worker.terminate();
  }

  private start(): Worker {
    const worker = new Worker(new URL('job-worker.js', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<JobAnswer>) => this.answered(worker, data.result);
    worker.onerror = () => {
      const job = this.busy.get(worker);
      this.end(worker);
      if (job) this.done(job, '');
      this.go();
    };
    return worker;
  }

  private answered(worker: Worker, result: string): void {
    const job = this.busy.get(worker);
    this.busy.delete(worker);
    this.idle.push(worker);
    if (job) this.done(job, result);
    this.go();
  }

  private end(worker: Worker): void {
    this.busy.delete(worker);
    worker.terminate();
  }
}
