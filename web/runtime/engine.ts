// The engine: src/app/main_web.cpp compiled to WebAssembly. This file loads it and turns texts
// and errors between the two languages; nothing else knows of pointers.

import type { ModuleOf } from './protocol.js';

/** What Emscripten's loader gives: the exported functions and a few helpers. */
interface EmscriptenModule {
  GL: {
    registerContext(context: WebGL2RenderingContext, attributes: object): number;
    makeContextCurrent(handle: number): boolean;
  };
  UTF8ToString(address: number): string;
  lengthBytesUTF8(text: string): number;
  stringToUTF8(text: string, address: number, bytes: number): void;
  [name: `_grad_${string}`]: (...values: number[]) => number;
}

type Receive = (instance: WebAssembly.Instance, module: WebAssembly.Module) => void;

interface Loader {
  default(options: {
    locateFile(file: string): string;
    instantiateWasm(imports: WebAssembly.Imports, receive: Receive): object;
  }): Promise<EmscriptenModule>;
}

/** Thrown for what the engine itself reports: one view failed, the engine lives on. */
export class EngineError extends Error {}

export class Engine {
  private constructor(private readonly module: EmscriptenModule) {}

  /** Rejects with a sentence if a file does not arrive or is damaged. */
  static async load(
    { name, build }: ModuleOf,
    progress: (loaded: number, total: number) => void,
  ): Promise<Engine> {
    const folder = new URL('../wasm/', import.meta.url);
    const binary = new URL(`${name}-${build}.wasm`, folder);
    const compiled = compile(binary, progress);
    const loaded = import(new URL(`${name}-${build}.mjs`, folder).href) as Promise<Loader>;
    const [module, loader] = await Promise.all([compiled, loaded]);
    return new Promise((resolve, reject) => {
      const instantiateWasm = (imports: WebAssembly.Imports, receive: Receive) => {
        WebAssembly.instantiate(module, imports).then((i) => receive(i, module), reject);
        return {};
      };
      const locateFile = (file: string) => new URL(file, folder).href;
      loader
        .default({ locateFile, instantiateWasm })
        .then((started) => resolve(new Engine(started)), reject);
    });
  }

  /**
   * Calls `grad_<name>` for its number; texts among the arguments are handed over as UTF-8. Throws
   * EngineError with the engine's sentence if it could not do it.
   */
  number(name: string, ...values: (number | string)[]): number {
    const texts: number[] = [];
    const plain = values.map((value) => {
      if (typeof value === 'number') return value;
      const address = this.write(value);
      texts.push(address);
      return address;
    });
    const result = this.call(name, ...plain);
    texts.forEach((address) => this.call('release', address));
    const error = this.module.UTF8ToString(this.call('error'));
    if (error) throw new EngineError(error);
    return result;
  }

  /** The same for functions that return a text. */
  text(name: string, ...values: (number | string)[]): string {
    return this.module.UTF8ToString(this.number(name, ...values));
  }

  private call(name: string, ...values: number[]): number {
    const exported = this.module[`_grad_${name}`];
    if (!exported) throw new Error(`The engine has no function ${name}.`);
    return exported(...values);
  }

  private write(text: string): number {
    const bytes = this.module.lengthBytesUTF8(text) + 1;
    const address = this.call('reserve', bytes);
    if (!address) throw new EngineError('There is not enough memory left for this.');
    this.module.stringToUTF8(text, address, bytes);
    return address;
  }

  /** Makes a WebGL2 context the one that is painted into. */
  paintInto(context: WebGL2RenderingContext): void {
    const { GL } = this.module;
    GL.makeContextCurrent(GL.registerContext(context, { majorVersion: 2, minorVersion: 0 }));
  }
}

async function compile(
  url: URL,
  progress: (loaded: number, total: number) => void,
): Promise<WebAssembly.Module> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.pathname} answered ${response.status}`);
  const total = response.headers.has('Content-Encoding')
    ? 0
    : Number(response.headers.get('Content-Length'));
  void report(response.clone(), total, progress);
  // Browsers compile while loading, and keep the result, only if the host names the type right.
  const streams = response.headers.get('Content-Type')?.startsWith('application/wasm');
  return streams
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}

async function report(
  response: Response,
  total: number,
  progress: (loaded: number, total: number) => void,
): Promise<void> {
  const reader = response.body!.getReader();
  let loaded = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }));
    if (done || !value) return;
    loaded += value.length;
    progress(loaded, total);
  }
}
