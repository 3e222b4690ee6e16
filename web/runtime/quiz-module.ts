// src/app/main_quiz.cpp as a module of its own, for pages that ask but draw nothing. It is small and
// runs in the page's own thread: everything it does takes less than a frame.

interface Wasm {
  UTF8ToString(address: number): string;
  lengthBytesUTF8(text: string): number;
  stringToUTF8(text: string, address: number, bytes: number): void;
  _quiz_alloc(bytes: number): number;
  _quiz_free(address: number): number;
  _quiz_error(): number;
  [name: `_${string}`]: (...values: number[]) => number;
}

/** Thrown for what the engine reports: one sentence. */
export class QuizError extends Error {}

export class QuizModule {
  private constructor(private readonly wasm: Wasm) {}

  static async load(): Promise<QuizModule> {
    const url = new URL('../wasm/quiz-simd.mjs', import.meta.url).href;
    const { default: create } = (await import(url)) as { default(): Promise<Wasm> };
    return new QuizModule(await create());
  }

  /** Calls one of the exported functions for its text; throws QuizError with its sentence. */
  text(name: string, ...values: (number | string)[]): string {
    const { wasm } = this;
    const texts: number[] = [];
    const plain = values.map((value) => {
      if (typeof value === 'number') return value;
      const bytes = wasm.lengthBytesUTF8(value) + 1;
      const address = wasm._quiz_alloc(bytes);
      if (!address) throw new QuizError('There is not enough memory left for this.');
      wasm.stringToUTF8(value, address, bytes);
      texts.push(address);
      return address;
    });
    const result = wasm.UTF8ToString(wasm[`_${name}`]!(...plain));
    texts.forEach((address) => wasm._quiz_free(address));
    const error = wasm.UTF8ToString(wasm._quiz_error());
    if (error) throw new QuizError(error);
    return result;
  }

  json<T>(name: string, ...values: (number | string)[]): T {
    return JSON.parse(this.text(name, ...values)) as T;
  }
}
