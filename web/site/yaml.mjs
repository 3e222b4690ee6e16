// YAML with places: parses a text, checks it against a JSON Schema and says on which line of the
// file a value stands.

import Ajv from 'ajv';
import { LineCounter, isMap, parseDocument } from 'yaml';
import { problem } from './problems.mjs';

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });

/**
 * @param {string} text the YAML
 * @param {string} file the name to report
 * @param {object} schema a JSON Schema
 * @param {number} firstLine the line of the file on which `text` begins
 * @returns {{data: any, lineOf: (path: (string|number)[]) => number, problems: object[]}} `data` is
 *   null if there are problems
 */
export function readYaml(text, file, schema, firstLine = 1) {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, uniqueKeys: true });
  const lineAt = (offset) => counter.linePos(offset).line + firstLine - 1;
  const lineOf = (path) => lineAt(startOf(document, path));
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) =>
      problem(file, lineAt(error.pos[0]), `not valid YAML: ${firstSentence(error.message)}`),
    );
    return { data: null, lineOf, problems };
  }
  const data = document.toJS();
  const validate = ajv.compile(schema);
  if (validate(data)) return { data, lineOf, problems: [] };
  const problems = validate.errors
    .filter((error) => error.keyword !== 'if' && error.keyword !== 'propertyNames')
    .map((error) => {
      const path = pathOf(error, data);
      return problem(file, lineOf(path), sentence(error, path, data));
    });
  return { data: null, lineOf, problems };
}

/** Offset of the key (or item) that `path` names, or of the nearest parent that exists. */
function startOf(document, path) {
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true) ?? document.contents;
    if (isMap(parent)) {
      const pair = parent.items.find((item) => String(item.key.value) === String(path[length - 1]));
      if (pair) return pair.key.range[0];
    }
    const node = document.getIn(path.slice(0, length), true);
    if (node?.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}

function pathOf(error, data) {
  const steps = error.instancePath.split('/').slice(1).map(unescapePointer);
  let value = data;
  const path = steps.map((step) => {
    const key = Array.isArray(value) ? Number(step) : step;
    value = value?.[key];
    return key;
  });
  const extra = error.params.additionalProperty ?? error.propertyName;
  return extra === undefined ? path : [...path, extra];
}

function unescapePointer(step) {
  return step.replace(/~1/g, '/').replace(/~0/g, '~');
}

function sentence(error, path, data) {
  const where = place(path, data);
  const { keyword, params } = error;
  if (keyword === 'required') return `${where} has no "${params.missingProperty}"`;
  if (keyword === 'additionalProperties') return `${where} is not a known field`;
  if (keyword === 'enum') return `${where} must be one of: ${params.allowedValues.join(', ')}`;
  if (keyword === 'minLength') return `${where} is empty`;
  if (keyword === 'not') return `${where} has a field that does not go with its type`;
  return `${where} ${error.message}`;
}

/** "question opt-rate, option 2" rather than "/questions/0/options/1". */
function place(path, data) {
  if (path.length === 0) return 'the file';
  const words = [];
  let value = data;
  for (let i = 0; i < path.length; i++) {
    value = value?.[path[i]];
    if (typeof path[i + 1] === 'number') continue;
    if (typeof path[i] === 'number') {
      const kind = String(path[i - 1]).replace(/s$/, '');
      words.push(`${kind} ${value?.id ?? path[i] + 1}`);
    } else {
      words.push(`"${path[i]}"`);
    }
  }
  return words.join(', ');
}

function firstSentence(message) {
  return message.split('\n')[0].replace(/ at line \d+, column \d+:?$/, '');
}
