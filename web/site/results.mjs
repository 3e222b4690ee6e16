// What runs of demos come to, computed when the site is built: the native program runs every demo
// and preset that the lessons show, and every run that they name a number of. The engine and the
// seeds are those of the page, so the numbers are, too.
//
// A run is {demo, state}; its state is a text as in a page's address, "n:200,seed:7,step:40".

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { BuildError } from './problems.mjs';

const program = 'build/native/gradschool';
const maxSeed = 2n ** 64n - 1n;
const maxStep = 1_000_000n;

/**
 * The native program. Outputs are kept in build/results under a hash of the program, so that only
 * what may have changed is run again.
 */
export class NativeProgram {
  #root;
  #hash = null;

  constructor(root) {
    this.#root = root;
  }

  /** The demos by name, as `gradschool list --json` describes them. */
  async describe() {
    const demos = await this.#kept(['list', '--json']);
    return new Map(demos.map((demo) => [demo.name, demo]));
  }

  /**
   * @param {{demo: string, state: string}[]} runs states as canonicalState() writes them
   * @returns {Promise<Map<string, object>>} by runKey(): what `gradschool demo --json` prints
   */
  async record(runs) {
    const waiting = [...new Map(runs.map((run) => [runKey(run), run])).entries()];
    const results = new Map(waiting.map(([key]) => [key, null]));
    const work = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [key, { demo, state }] = next;
        const options = ['--state', state, '--json', '--figures'];
        results.set(key, await this.#kept(['demo', demo, ...options]));
      }
    };
    await Promise.all(Array.from({ length: availableParallelism() }, work));
    return results;
  }

  /** One draw of each question of a bank that has variants, by id, as `gradschool quiz draw` prints. */
  async draw(bank) {
    const file = join(await this.#folder(), `bank-${hashOf(bank)}.json`);
    await writeFile(file, bank);
    return this.#kept(['quiz', 'draw', file]);
  }

  /** The program's output for these arguments, from the last time if it is the same program. */
  async #kept(args) {
    const file = join(await this.#folder(), `${hashOf(JSON.stringify(args))}.json`);
    const kept = await readFile(file, 'utf8').catch(() => null);
    if (kept !== null) return JSON.parse(kept);
    const output = await this.#run(args);
    await writeFile(`${file}.${process.pid}`, output);
    await rename(`${file}.${process.pid}`, file); // whole or not at all
    return JSON.parse(output);
  }

  /** Where this program's outputs are kept; those of other ones are thrown away. */
  async #folder() {
    const all = join(this.#root, 'build/results');
    if (this.#hash === null) {
      const file = join(this.#root, program);
      if (!existsSync(file)) {
        throw new BuildError(
          `${program} is missing, and pages show what it computes: build it with ` +
            '"cmake --preset native && cmake --build --preset native --target gradschool"',
        );
      }
      this.#hash = hashOf(await readFile(file));
      await mkdir(join(all, this.#hash), { recursive: true });
      for (const name of await readdir(all)) {
        if (name !== this.#hash) await rm(join(all, name), { recursive: true, force: true });
      }
    }
    return join(all, this.#hash);
  }

  #run(args) {
    const options = { cwd: this.#root, maxBuffer: 64_000_000 };
    return new Promise((resolve, reject) => {
      execFile(join(this.#root, program), args, options, (error, output, said) => {
        if (error) reject(new BuildError(`${program} ${args.join(' ')}: ${said || error.message}`));
        else resolve(output);
      });
    });
  }
}

function hashOf(content) {
  return createHash('sha256').update(content).digest('hex').slice(0, 24);
}

/** The name of a run in what record() gives. */
export function runKey({ demo, state }) {
  return `${demo}?${state}`;
}

/**
 * A state text in one form: parameters in the demo's order, without defaults. `run` is the same
 * without the parameters that change only what is looked at.
 *
 * @param demo as describe() gives it
 * @returns {{state: string, run: string, problems: string[]}}
 */
export function canonicalState(demo, text) {
  const given = new Map();
  const problems = [];
  for (const item of text.split(',').filter((each) => each !== '')) {
    const [name, value = ''] = item.split(':');
    if (given.has(name)) problems.push(`"${name}" is given twice`);
    const problem = problemWith(demo, name, value);
    if (problem) problems.push(problem);
    else given.set(name, value);
  }
  const items = [];
  const add = (name, value, otherwise, view = false) => {
    if (value !== otherwise) items.push({ text: `${name}:${value}`, view });
  };
  for (const { name, default: otherwise, view } of demo.parameters) {
    if (given.has(name)) add(name, Number(given.get(name)), otherwise, view);
  }
  add('seed', BigInt(given.get('seed') ?? 1), 1n);
  add('step', BigInt(given.get('step') ?? 0), 0n);
  const joined = (list) => list.map((item) => item.text).join(',');
  return { state: joined(items), run: joined(items.filter((item) => !item.view)), problems };
}

function problemWith(demo, name, value) {
  if (name === 'seed' || name === 'step') {
    const most = name === 'seed' ? maxSeed : maxStep;
    const fits = /^\d{1,20}$/.test(value) && BigInt(value) <= most;
    return fits ? '' : `"${name}" must be a whole number from 0 to ${most}, not "${value}"`;
  }
  const parameter = demo.parameters.find((each) => each.name === name);
  if (!parameter) {
    const known = demo.parameters.map((each) => each.name).join(', ');
    return `demo "${demo.name}" has no parameter "${name}"; it has ${known}`;
  }
  const { min, max } = parameter;
  const number = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(value) ? Number(value) : NaN;
  if (number >= min && number <= max) return '';
  return `"${name}" of demo "${demo.name}" must be a number from ${min} to ${max}, not "${value}"`;
}

/** "n=200 seed=3" (or its parts) to "n:200,seed:3". */
export function stateOf(params) {
  return Object.entries(params)
    .map(([name, value]) => `${name}:${value}`)
    .join(',');
}

/**
 * What pages load to show recorded runs ahead of their own and compare them: one file a demo, by
 * name, with the bits of every read-out and plot.
 *
 * @param {Map<string, object>} results of the runs that pages show
 */
export function resultFiles(results) {
  const runs = new Map();
  for (const { demo, state, complete, readouts, looks, plots } of results.values()) {
    if (!runs.has(demo)) runs.set(demo, []);
    runs.get(demo).push({ state, complete, readouts, looks, plots });
  }
  return new Map(
    [...runs].map(([demo, list]) => [`${demo}.json`, JSON.stringify({ demo, runs: list })]),
  );
}
