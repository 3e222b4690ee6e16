// The records of a reader's progress: what they hold, when they are damaged, how two of them become
// one. web/progress.schema.json describes them as they stand in an exported file.
//
// Every record is {version, items}, its items by name:
//
//   answers:<lesson>  answers as Quiz::save() writes them, by question (also: current)
//   history           when each question was answered, and whether right at the first try
//   attempts          exams handed in, by the time they began
//   exam              the one that is running
//   plan              the target date of reviews
//   aside:<n>         a damaged record as it was found

import type { Records } from './store.js';

/** Of records; a larger one is of a newer course. */
export const version = 1;

export interface RecordOf<T> {
  version: number;
  /** answers: the question that was shown last. */
  current?: string;
  items: Record<string, T>;
}

/** An answer as src/quiz/progress.cpp writes it; the engine knows its other members. */
export interface Answer {
  phase: string;
  tries: number;
  /** "sure", "unsure" or "". */
  confidence?: string;
}

/** One asking of a question, from the first try to the last. */
export interface Asking {
  /** When the first try was graded, in milliseconds since 1970. */
  at: number;
  /** At the first try. */
  right: boolean;
  in: 'lesson' | 'exam' | 'review';
  /** What the reader said before the first try, if anything. */
  sure?: boolean;
}

/** An exam that was handed in. */
export interface Attempt {
  /** In milliseconds since 1970. */
  finished: number;
  /** The blueprint as it stands in addresses. */
  paper: string;
  seconds: number;
  right: number;
  total: number;
  /** [right, asked] by topic. */
  topics: Record<string, [right: number, asked: number]>;
}

/** How many askings of a question are kept: the first, and the last ones. */
const keptAskings = 20;

type Kind = 'answers' | 'history' | 'attempts' | 'exam' | 'plan';

const kindOf = (name: string) => name.split(':', 1)[0] as Kind;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const isTime = (value: unknown) => isCount(value) && (value as number) < 8.64e15;

const soundItem: Record<Kind, (item: unknown) => boolean> = {
  answers: (item) =>
    isObject(item) &&
    ['open', 'wrong', 'right', 'revealed'].includes(item['phase'] as string) &&
    isCount(item['tries']),
  history: (item) =>
    Array.isArray(item) &&
    item.every(
      (each) =>
        isObject(each) &&
        isTime(each['at']) &&
        typeof each['right'] === 'boolean' &&
        ['lesson', 'exam', 'review'].includes(each['in'] as string),
    ),
  attempts: (item) =>
    isObject(item) &&
    isTime(item['finished']) &&
    typeof item['paper'] === 'string' &&
    isCount(item['seconds']) &&
    isCount(item['right']) &&
    isCount(item['total']) &&
    (item['right'] as number) <= (item['total'] as number) &&
    isObject(item['topics']) &&
    Object.values(item['topics']).every(
      (topic) => Array.isArray(topic) && topic.length === 2 && topic.every(isCount),
    ),
  exam: (item) =>
    isObject(item) &&
    typeof item['saved'] === 'string' &&
    typeof item['paper'] === 'string' &&
    typeof item['holder'] === 'string' &&
    isTime(item['began']) &&
    Array.isArray(item['remembered']) &&
    item['remembered'].every((id) => typeof id === 'string'),
  plan: (item) => typeof item === 'string',
};

/** Whether `value`, if it is of this version, is a record that fits its name. */
export function isSound(name: string, value: unknown): value is RecordOf<unknown> {
  if (!isObject(value) || !isCount(value['version']) || !isObject(value['items'])) return false;
  if ((value['version'] as number) > version) return true;
  const sound = soundItem[kindOf(name)];
  const { items } = value;
  return Object.keys(items).every((key) => key !== '__proto__' && sound(items[key]));
}

/** The record in a text; null for a damaged one. */
export function parse<T>(name: string, text: string): RecordOf<T> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isSound(name, value) ? (value as RecordOf<T>) : null;
  } catch {
    return null;
  }
}

/** The record of that name, or a new one; null for one that is damaged or newer. */
export function take<T>(records: Records, name: string): RecordOf<T> | null {
  const text = records.get(name);
  if (text === undefined) return { version, items: {} };
  const record = parse<T>(name, text);
  return record === null || record.version > version ? null : record;
}

/** The same, with what is damaged out of the way. Still null for a newer one. */
export function takeOrSetAside<T>(records: Records, name: string): RecordOf<T> | null {
  const text = records.get(name);
  if (text !== undefined && parse(name, text) === null) setAside(records, name);
  return take<T>(records, name);
}

/** Gives a damaged record a name of its own, under which nothing overwrites it. */
export function setAside(records: Records, name: string): void {
  const text = records.get(name);
  if (text === undefined) return;
  let place = 1;
  while (records.has(`aside:${place}`)) place++;
  records.set(`aside:${place}`, JSON.stringify({ from: name, text }));
  records.delete(name);
}

export function addAsking(history: RecordOf<Asking[]>, question: string, asking: Asking): void {
  const askings = [...(history.items[question] ?? []), asking];
  history.items[question] = newestAskings(askings);
}

function newestAskings(askings: Asking[]): Asking[] {
  if (askings.length <= keptAskings) return askings;
  return [askings[0]!, ...askings.slice(1 - keptAskings)];
}

/** `here` with what `other` has beyond it. Both must be of this version. */
export function merge(
  name: string,
  here: RecordOf<unknown>,
  other: RecordOf<unknown>,
): RecordOf<unknown> {
  const items = { ...other.items, ...here.items };
  for (const key of Object.keys(other.items)) {
    if (Object.hasOwn(here.items, key)) {
      items[key] = mergeItem[kindOf(name)](here.items[key], other.items[key]);
    }
  }
  return { ...other, ...here, items };
}

const keepHere = (here: unknown) => here;

const mergeItem: Record<Kind, (here: unknown, other: unknown) => unknown> = {
  answers: (here, other) => (effort(other as Answer) > effort(here as Answer) ? other : here),
  history: (here, other) => joinAskings(here as Asking[], other as Asking[]),
  attempts: keepHere,
  exam: keepHere,
  plan: keepHere,
};

/** Done goes before begun; then more tries go before fewer. */
const effort = ({ phase, tries }: Answer) =>
  (['right', 'revealed'].includes(phase) ? 1e9 : 0) + tries;

function joinAskings(here: Asking[], other: Asking[]): Asking[] {
  const byTime = new Map([...other, ...here].map((asking) => [asking.at, asking]));
  return newestAskings([...byTime.values()].sort((a, b) => a.at - b.at));
}
