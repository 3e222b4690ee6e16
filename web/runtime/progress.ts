// What a reader has done, as quizzes and pages use it. Storage that is missing, full or damaged never
// stops a quiz; it comes back as one sentence.

import {
  addAsking,
  parse,
  setAside,
  take,
  takeOrSetAside,
  version,
  type Answer,
  type Asking,
  type RecordOf,
} from './records.js';
import { newer, openStore, StorageProblem, type Records } from './store.js';
import { expectWriting, forgetNotes, notesOf, settled } from './unsaved.js';

const unreadable =
  'Your saved answers are damaged and could not be read; a copy is kept aside in this browser.';

/** What went wrong, as a sentence; errors that are not the storage's are thrown again. */
function sentenceOf(error: unknown): string {
  if (error instanceof StorageProblem) return error.message;
  throw error;
}

type Items = Record<string, Answer>;
/** A writing that the page did not live to see the end of. */
interface Unwritten {
  before: Items;
  now: RecordOf<Answer>;
}

/** Lessons whose notes this page has taken up, or is about to. */
const takenUp = new Map<string, Promise<void>>();

/** One quiz' access to its lesson's answers. */
export class Progress {
  /** The answers that the quiz last read or wrote. */
  private before: Items = {};
  private readonly name: string;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(lesson: string) {
    this.name = `answers:${lesson}`;
  }

  /** The record for Quiz::restore(), or null; and what is wrong with what was found. */
  async load(): Promise<{ record: string | null; problem: string }> {
    try {
      const store = await openStore();
      const notes = takenUp.get(this.name) ?? this.takeUpNotes();
      takenUp.set(this.name, notes);
      await notes;
      const text = (await store.read([this.name])).get(this.name) ?? null;
      if (text === null) return { record: null, problem: '' };
      const answers = parse<Answer>(this.name, text);
      if (answers === null) return { record: null, problem: await this.setAside() };
      if (answers.version > version) return { record: null, problem: newer };
      this.before = answers.items;
      return { record: text, problem: '' };
    } catch (error) {
      return { record: null, problem: sentenceOf(error) };
    }
  }

  /**
   * Writes the answers that have changed since this quiz last read or wrote; all others in the
   * record stay, so that two tabs and two quizzes of a lesson do not undo each other. What went
   * wrong, or "".
   */
  save(state: string): Promise<string> {
    const now = JSON.parse(state) as RecordOf<Answer>;
    expectWriting(this, this.name, () => ({ before: this.before, now }) satisfies Unwritten);
    const saved = this.queue.then(() => this.saveNow(now));
    this.queue = saved.catch(() => {});
    const last = this.queue;
    void last.then(() => last === this.queue && settled(this));
    return saved;
  }

  private async saveNow(now: RecordOf<Answer>): Promise<string> {
    try {
      await this.write(this.before, now);
    } catch (error) {
      return sentenceOf(error);
    }
    this.before = now.items;
    return '';
  }

  /** What an earlier page could not finish; an answer that has changed since then stays. */
  private async takeUpNotes(): Promise<void> {
    const notes = notesOf<Unwritten>(this.name);
    for (const { before, now } of notes) await this.write(before, now, true).catch(() => {});
    if (notes.length > 0) forgetNotes(this.name);
  }

  private async write(before: Items, now: RecordOf<Answer>, late = false): Promise<void> {
    const same = (a?: Answer, b?: Answer) => JSON.stringify(a) === JSON.stringify(b);
    const ids = [...new Set([...Object.keys(before), ...Object.keys(now.items)])].filter(
      (id) => !same(before[id], now.items[id]),
    );
    if (ids.length === 0) return;
    const store = await openStore();
    await store.change(null, (records) => {
      const record = takeOrSetAside<Answer>(records, this.name);
      if (record === null) throw new StorageProblem(newer);
      const due = late ? ids.filter((id) => same(before[id], record.items[id])) : ids;
      if (now.current !== undefined) record.current = now.current;
      for (const id of due) {
        const item = now.items[id];
        if (item) record.items[id] = item;
        else delete record.items[id];
      }
      records.set(this.name, JSON.stringify(record));
      const graded = due.filter((id) => now.items[id]?.tries && !before[id]?.tries);
      remember(
        records,
        graded.map((id) => [id, now.items[id]!]),
        'lesson',
      );
    });
  }

  /** Puts a record aside that the engine refused. A sentence. */
  async setAside(): Promise<string> {
    this.before = {};
    try {
      const store = await openStore();
      await store.change(null, (records) => setAside(records, this.name));
    } catch (error) {
      return sentenceOf(error);
    }
    return unreadable;
  }
}

/** Adds the first tries of answers to the history; one of a newer course is left alone. */
export function remember(
  records: Records,
  graded: [question: string, answer: Answer][],
  where: Asking['in'],
): void {
  const history = takeOrSetAside<Asking[]>(records, 'history');
  if (history === null || graded.length === 0) return;
  const at = Date.now();
  for (const [question, { phase, tries, confidence }] of graded) {
    const asking: Asking = { at, right: phase === 'right' && tries === 1, in: where };
    if (confidence) asking.sure = confidence === 'sure';
    addAsking(history, question, asking);
  }
  records.set('history', JSON.stringify(history));
}

// ---- What pages show -----------------------------------------------------------------------------

export interface Done {
  answered: number;
  right: number;
}

/** By lesson: questions found or given up, and those right at the first try. */
export async function doneByLesson(): Promise<Map<string, Done>> {
  const done = new Map<string, Done>();
  const records = await openStore()
    .then((store) => store.read(null))
    .catch(() => new Map<string, string>()); // said where there is something to save
  for (const name of records.keys()) {
    if (!name.startsWith('answers:')) continue;
    const items = Object.values(take<Answer>(records, name)?.items ?? {});
    const right = items.filter(({ phase }) => phase === 'right');
    done.set(name.slice('answers:'.length), {
      answered: right.length + items.filter(({ phase }) => phase === 'revealed').length,
      right: right.filter(({ tries }) => tries === 1).length,
    });
  }
  return done;
}

/** Days since 1970 in the reader's own calendar. */
export const dayOf = (time: number) =>
  Math.floor((time - new Date(time).getTimezoneOffset() * 60_000) / 86_400_000);

/**
 * The history as src/quiz/review.h reads it: by question [{day, right, sure}]. Questions answered
 * before there was a history count as asked at the beginning of time, so that they are due.
 */
export function askingsByDay(records: Records): string {
  const days: Record<string, { day: number; right: boolean; sure: boolean }[]> = {};
  for (const name of records.keys()) {
    if (!name.startsWith('answers:')) continue;
    for (const [id, { phase, tries }] of Object.entries(take<Answer>(records, name)?.items ?? {})) {
      if (tries > 0) days[id] = [{ day: 0, right: phase === 'right' && tries === 1, sure: false }];
    }
  }
  for (const [id, askings] of Object.entries(take<Asking[]>(records, 'history')?.items ?? {})) {
    days[id] = askings.map(({ at, right, sure }) => ({
      day: Math.max(0, dayOf(at)),
      right,
      sure: sure ?? false,
    }));
  }
  return JSON.stringify(days);
}
