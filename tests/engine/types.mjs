// web/engine/functions.ts, the types of the JavaScript API, from the module's own list of functions and
// the comments of the headers. A test compares; `node tests/engine/types.mjs` writes it anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = resolve(import.meta.dirname, '../..');
export const typesFile = resolve(root, 'web/engine/functions.ts');
export const headers = ['autograd/ops', 'nn/layers', 'nn/recurrent', 'nn/attention', 'nn/module']
  .concat(['nn/init', 'nn/summary', 'optim/optimizer', 'optim/schedule', 'train/pass'])
  .map((name) => ({ name, text: readFileSync(resolve(root, `src/${name}.h`), 'utf8') }));

const types = {
  Operand: 'Tensor | number',
  axes: 'number | ArrayLike<number>',
  numbers: 'ArrayLike<number>',
  Tensors: 'Tensor[]',
  Layers: 'Layer[]',
  Parameters: 'Layer | Tensor[]',
};
const results = { numbers: 'number[]', Tensors: 'Tensor[]' };

/** The comment right above a function's or struct's first declaration, if it has one. */
function commentOf(name) {
  const struct = /^[A-Z]/.test(name) ? `(?:struct|class) ${name}\\b` : `[\\w:<>]+ ${name}\\(`;
  for (const { text } of headers) {
    const found = new RegExp(`((?:^ *///.*\\n)+)(?:^${struct})`, 'm').exec(text);
    if (found) return found[1].replace(/^ *\/\/\/ ?/gm, '').trimEnd();
  }
  return '';
}

function declarationOf({ name, method, result, parameters }) {
  const type = ({ kind, nullable, fallback }) =>
    (types[kind] ?? kind) + (nullable && fallback === undefined ? ' | null' : '');
  const needed = parameters.filter(({ fallback }) => fallback === undefined);
  const optional = parameters.filter(({ fallback }) => fallback !== undefined);
  const lastNeeded = needed.findLastIndex(({ nullable }) => !nullable);
  const list = needed.map((p, i) => `${p.name}${i > lastNeeded ? '?' : ''}: ${type(p)}`);
  const shown = (value) => (Array.isArray(value) ? 'none' : value === null ? 'none' : value);
  if (optional.length > 0)
    list.push(`options?: { ${optional.map((p) => `${p.name}?: ${type(p)}`).join('; ')} }`);
  const defaults = optional.map((p) => `${p.name} ${shown(p.fallback)}`).join(', ');
  const comment = [commentOf(name), defaults && `Unless given: ${defaults}.`].filter(Boolean);
  const lines = comment.join('\n').split('\n').filter(Boolean);
  const doc = lines.length ? `  /**\n${lines.map((line) => `   * ${line}\n`).join('')}   */\n` : '';
  return `${doc}  ${method}(${list.join(', ')}): ${results[result] ?? result};\n`;
}

/** The file's text. */
export async function typesOf(engine) {
  const { format, resolveConfig } = await import('prettier');
  const text = `// Written by tests/engine/types.mjs from the module's list of functions; do not edit.

import type { Generator, Layer, Optimizer, ReduceLROnPlateau, Tensor } from './engine.js';

export interface Functions {
${engine.functions.map(declarationOf).join('')}}
`;
  return format(text, { ...(await resolveConfig(typesFile)), filepath: typesFile });
}

if (process.argv[1] === import.meta.filename) {
  const engine = pathToFileURL(resolve(root, 'web/dist/engine/engine.js')).href;
  const module = pathToFileURL(resolve(root, 'build/web-simd/engine-simd.mjs')).href;
  const { loadEngine } = await import(engine);
  writeFileSync(typesFile, await typesOf(await loadEngine({ url: module })));
}
