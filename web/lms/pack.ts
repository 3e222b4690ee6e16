// All answers of a package as one short text, because SCORM 1.2 keeps no more than 4,096 characters.
//
//   <version>|<answer>…        <answer> = key status [details;]
//
// The key is a hash of the question's id, so that an answer finds its question again when other
// questions come or go; package.mjs refuses two ids with one key. The status is one digit in base 64: phase, tries (3 stands for
// more), whether the hint was shown, whether details follow. Details are parts with a letter each.

import type { Answer, Answers } from './contents.js';

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const phases = ['open', 'wrong', 'right', 'revealed'];
const keyLength = 4;

/** Four digits in base 64: the lower 24 bits of a 32-bit FNV-1a hash, with the upper ones mixed in. */
export function keyOf(id: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(id)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  hash ^= hash >>> 15;
  return Array.from({ length: keyLength }, (_, k) => digits[(hash >>> (6 * k)) & 63]).join('');
}

const listText = (list: number[]) => list.map((k) => k.toString(36)).join('');
const readList = (text: string) => [...text].map((digit) => parseInt(digit, 36));

function detailsOf(answer: Answer): string {
  const { phase: _p, tries: _t, hint_shown: _h, ...rest } = answer;
  const { chosen, entered, placed, confidence, draw, ...others } = rest;
  const parts = [
    chosen.length > 0 && `c${listText(chosen)}`,
    placed && `p${listText(placed)}`,
    entered && `e${encodeURIComponent(entered)}`,
    confidence && `${confidence === 'sure' ? 's' : 'u'}`,
    draw !== undefined && `d${draw.toString(36)}`,
    Object.keys(others).length > 0 && `x${encodeURIComponent(JSON.stringify(others))}`,
  ];
  return parts.filter(Boolean).join(',');
}

function readDetails(text: string, answer: Answer): void {
  for (const part of text.split(',').filter(Boolean)) {
    const value = part.slice(1);
    const letter = part[0];
    if (letter === 'c') answer.chosen = readList(value);
    else if (letter === 'p') answer.placed = readList(value);
    else if (letter === 'e') answer.entered = decodeURIComponent(value);
    else if (letter === 's' || letter === 'u')
      answer.confidence = letter === 's' ? 'sure' : 'unsure';
    else if (letter === 'd') answer.draw = parseInt(value, 36);
    else if (letter === 'x') Object.assign(answer, JSON.parse(decodeURIComponent(value)));
  }
}

function packOne(key: string, answer: Answer): string {
  const details = detailsOf(answer);
  const status =
    phases.indexOf(answer.phase) |
    (Math.min(answer.tries, 3) << 2) |
    (Number(answer.hint_shown) << 4) |
    (Number(details !== '') << 5);
  return key + digits[status] + (details && `${details};`);
}

/**
 * The text, and how many answers it has no room for: those that take most go first.
 *
 * @param ids all questions of the package
 */
export function pack(
  answers: Answers,
  ids: string[],
  version: number,
  limit: number,
): { text: string; dropped: number } {
  const parts = ids.flatMap((id) => {
    const answer = answers.get(id);
    return answer && phases.includes(answer.phase) ? [packOne(keyOf(id), answer)] : [];
  });
  const kept = new Set(parts);
  let length = `${version}|`.length + parts.reduce((sum, part) => sum + part.length, 0);
  for (const part of [...parts].sort((a, b) => b.length - a.length)) {
    if (length <= limit) break;
    kept.delete(part);
    length -= part.length;
  }
  const fitting = parts.filter((part) => kept.has(part));
  return { text: `${version}|${fitting.join('')}`, dropped: parts.length - fitting.length };
}

/**
 * The answers in a text that pack() made. Answers to questions that the package no longer has are
 * gone. Null if the text is no such text.
 */
export function unpack(text: string, ids: string[]): { answers: Answers; version: number } | null {
  const match = /^(\d+)\|([\s\S]*)$/.exec(text);
  if (!match) return null;
  const byKey = new Map(ids.map((id) => [keyOf(id), id]));
  const answers: Answers = new Map();
  let rest = match[2]!;
  while (rest !== '') {
    const id = byKey.get(rest.slice(0, keyLength));
    const status = digits.indexOf(rest[keyLength] ?? '?');
    const end = status & 32 ? rest.indexOf(';', keyLength) : keyLength;
    if (status < 0 || end < 0) return null;
    const answer: Answer = {
      phase: phases[status & 3]!,
      tries: (status >> 2) & 3,
      chosen: [],
      entered: '',
      hint_shown: (status & 16) !== 0,
    };
    try {
      readDetails(rest.slice(keyLength + 1, end), answer);
    } catch {
      return null;
    }
    if (id !== undefined) answers.set(id, answer);
    rest = rest.slice(end + 1);
  }
  return { answers, version: Number(match[1]) };
}
