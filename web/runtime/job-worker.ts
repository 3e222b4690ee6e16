// A job worker: an engine that makes runs to their end and tells what came out (jobs.ts).

import { Engine } from './engine.js';
import type { JobAnswer, JobRequest } from './jobs.js';

let engine: Promise<Engine> | undefined;

self.onmessage = async ({ data }: MessageEvent<JobRequest>) => {
  let result = '';
  try {
    engine ??= Engine.load(data.module, () => {});
    result = (await engine).text('run', data.demo, data.state);
  } catch (error) {
    console.warn(error);
  }
  (self as unknown as Worker).postMessage({ result } satisfies JobAnswer);
};
