// All of a reader's progress as one file, back from a file, and gone. The file is described by
// web/progress.schema.json.

import { isSound, merge, setAside, take, version, type RecordOf } from './records.js';
import { openStore } from './store.js';
import { forgetNotes } from './unsaved.js';

const format = 'gradschool-progress';
const maxBytes = 20_000_000;
const knownNames = /^(answers:[a-z0-9-]+|history|attempts|exam|plan)$/;

const notOurs = 'This file is not progress that Gradschool saved; nothing was changed.';
const damaged = 'This file is damaged; nothing was changed.';
const fromNewer = 'This file was saved by a newer version of the course; nothing was changed.';

/** The file's text. Damaged records and those of a newer course go along as they are. */
export async function exportProgress(now = new Date()): Promise<string> {
  const store = await openStore();
  const records: Record<string, unknown> = {};
  const kept = await store.change(null, (found) => {
    for (const name of [...found.keys()]) {
      if (knownNames.test(name) && take(found, name) === null && !isNewer(found.get(name)!)) {
        setAside(found, name);
      }
    }
    return new Map(found);
  });
  for (const [name, text] of kept) records[name] = JSON.parse(text);
  return JSON.stringify({ format, version, exported: now.toISOString(), records }, null, 1);
}

function isNewer(text: string): boolean {
  try {
    return (JSON.parse(text) as RecordOf<unknown>).version > version;
  } catch {
    return false;
  }
}

/**
 * Adds what a file holds to what is here; where both have something, the further one stays.
 *
 * @param problemOf what the engine has against the answers of a lesson, or ""
 * @returns a sentence; rejects with one if nothing was changed
 */
export async function importProgress(
  text: string,
  problemOf: (lesson: string, record: string) => Promise<string>,
): Promise<string> {
  const records = readFile(text);
  for (const [name, record] of records) {
    const lesson = name.startsWith('answers:') ? name.slice('answers:'.length) : '';
    if (lesson && (await problemOf(lesson, JSON.stringify(record)))) throw new Error(damaged);
  }
  const store = await openStore();
  return store.change(null, (here) => {
    const left: string[] = [];
    for (const [name, record] of records) {
      const mine = take(here, name);
      if (mine === null) left.push(name);
      else here.set(name, JSON.stringify(merge(name, mine, record)));
    }
    if (left.length === 0) return 'Added. Where both had an answer, the further one stays.';
    return `Added, but for what is damaged or of a newer course here: ${left.join(', ')}.`;
  });
}

function readFile(text: string): [string, RecordOf<unknown>][] {
  if (text.length > maxBytes) throw new Error(notOurs);
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    throw new Error(text.includes(`"${format}"`) ? damaged : notOurs);
  }
  const { format: found, version: its, records } = (file ?? {}) as Record<string, unknown>;
  if (found !== format) throw new Error(notOurs);
  if (typeof its === 'number' && its > version) throw new Error(fromNewer);
  if (its !== version || typeof records !== 'object' || records === null) throw new Error(damaged);
  const known = Object.entries(records).filter(([name]) => !name.startsWith('aside:'));
  for (const [name, record] of known) {
    if (!knownNames.test(name) || !isSound(name, record)) throw new Error(damaged);
    if (record.version > version) throw new Error(fromNewer);
  }
  return known as [string, RecordOf<unknown>][];
}

/** Forgets everything, also what was set aside. */
export async function eraseProgress(): Promise<void> {
  const store = await openStore();
  await store.change(null, (records) => records.clear());
  forgetNotes();
}
