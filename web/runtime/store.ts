// Where this browser keeps what a reader has done: texts by name, in IndexedDB, or in localStorage
// where that is missing or broken. Every change is all or nothing, and no other tab comes between its
// reading and its writing.

import type { AnswersHost } from './hosted-store.js';

export type Records = Map<string, string>;

export interface Store {
  /** The named records that there are; null: all of them. */
  read(names: string[] | null): Promise<Records>;
  /**
   * Reads the named records (null: all), lets `work` change the map and writes what it changed.
   * Rejects with a StorageProblem, and has then changed nothing.
   */
  change<T>(names: string[] | null, work: (records: Records) => T): Promise<T>;
}

/** One sentence for the reader. */
export class StorageProblem extends Error {}

export const notSaved =
  'This browser does not let the page save your answers (its storage is off or full); they last until you leave.';
export const newer =
  'Your answers were saved by a newer version of this course; they stay as they are, and answers given here are not saved.';

/** Before IndexedDB the answers of a lesson stood in localStorage, under these names. */
const answersPrefix = 'gradschool.progress:';
const localPrefix = 'gradschool.kept:';
/** Milliseconds after which a database that does not open is taken as broken. */
const patience = 3000;

let opened: Promise<Store> | null = null;

/** The same store for the whole page. */
export const openStore = (): Promise<Store> => (opened ??= open());

async function open(): Promise<Store> {
  const store = await openHere();
  const host = findHost();
  if (!host) return store;
  const { HostedStore } = await import('./hosted-store.js');
  return new HostedStore(host, store, tellListeners);
}

/** The launch page of a package in a learning system (web/lms/launch.ts), or null. */
function findHost(): AnswersHost | null {
  try {
    return (window.parent as { gradschoolHost?: AnswersHost }).gradschoolHost ?? null;
  } catch {
    return null; // a page of another site is around this one
  }
}

async function openHere(): Promise<Store> {
  let database: IDBDatabase;
  try {
    database = await openDatabase();
  } catch (error) {
    const isNewer = error instanceof DOMException && error.name === 'VersionError';
    return isNewer ? new ClosedStore() : new LocalStore();
  }
  const store = new DatabaseStore(database);
  await moveFromLocal(store).catch(() => {}); // what could not be moved stays where it is
  return store;
}

// ---- Telling of changes --------------------------------------------------------------------------

type Listener = (names: string[]) => void;
const listeners: Listener[] = [];
const channel =
  typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('gradschool.progress');
channel?.addEventListener('message', ({ data }: MessageEvent<string[]>) => tellListeners(data));

/** Calls `listener` with the names of records that this page or another tab has changed. */
export function onChange(listener: Listener): void {
  listeners.push(listener);
}

const tellListeners = (names: string[]) => listeners.forEach((listener) => listener(names));

function tellOfChange(names: string[]): void {
  if (names.length === 0) return;
  channel?.postMessage(names);
  tellListeners(names);
}

/** Names whose text differs between the two. */
const changed = (before: Records, after: Records) =>
  [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => before.get(name) !== after.get(name),
  );

// ---- IndexedDB -----------------------------------------------------------------------------------

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('gradschool', 1);
    const late = setTimeout(() => reject(new Error('no answer')), patience);
    request.onupgradeneeded = () => request.result.createObjectStore('records');
    request.onerror = () => reject(request.error ?? new Error('not opened'));
    request.onsuccess = () => {
      clearTimeout(late);
      // A tab with a newer course wants to change the database: let it.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
  });
}

class DatabaseStore implements Store {
  constructor(private readonly database: IDBDatabase) {}

  read(names: string[] | null): Promise<Records> {
    return this.transact('readonly', (records) => readFrom(records, names));
  }

  change<T>(names: string[] | null, work: (records: Records) => T): Promise<T> {
    return this.transact('readwrite', async (records) => {
      const before = await readFrom(records, names);
      const after = new Map(before);
      const result = work(after);
      const touched = changed(before, after);
      for (const name of touched) {
        const text = after.get(name);
        if (text === undefined) records.delete(name);
        else records.put(text, name);
      }
      return { result, touched };
    }).then(({ result, touched }) => {
      tellOfChange(touched);
      return result;
    });
  }

  private transact<T>(
    mode: IDBTransactionMode,
    work: (records: IDBObjectStore) => Promise<T>,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction('records', mode);
      let cause: unknown = null;
      let result: T;
      transaction.oncomplete = () => resolve(result);
      transaction.onabort = () => reject(cause ?? new StorageProblem(notSaved));
      work(transaction.objectStore('records')).then(
        (value) => (result = value),
        (error: unknown) => {
          cause = error instanceof DOMException ? null : error;
          try {
            transaction.abort();
          } catch {
            reject(new StorageProblem(notSaved)); // it had ended by itself
          }
        },
      );
    }).catch((error: unknown) => {
      throw error instanceof DOMException ? new StorageProblem(notSaved) : error;
    }) as Promise<T>;
  }
}

const answerOf = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('not read'));
  });

async function readFrom(records: IDBObjectStore, names: string[] | null): Promise<Records> {
  const wanted = names ?? (await answerOf(records.getAllKeys())).map(String);
  const texts = await Promise.all(
    wanted.map((name) => answerOf(records.get(name) as IDBRequest<unknown>)),
  );
  const found: Records = new Map();
  // What is not a text was not written by this course; as text it is damaged, and set aside as such.
  texts.forEach((text, i) => text !== undefined && found.set(wanted[i]!, String(text)));
  return found;
}

// ---- localStorage --------------------------------------------------------------------------------

const localName = (name: string) =>
  name.startsWith('answers:') ? answersPrefix + name.slice(8) : localPrefix + name;

function localNames(): string[] {
  return Object.keys(localStorage).flatMap((key) => {
    if (key.startsWith(answersPrefix)) return [`answers:${key.slice(answersPrefix.length)}`];
    return key.startsWith(localPrefix) ? [key.slice(localPrefix.length)] : [];
  });
}

function readLocal(names: string[] | null): Records {
  const found: Records = new Map();
  for (const name of names ?? localNames()) {
    const text = localStorage.getItem(localName(name));
    if (text !== null) found.set(name, text);
  }
  return found;
}

function setLocal(name: string, text: string | undefined): void {
  if (text === undefined) localStorage.removeItem(localName(name));
  else localStorage.setItem(localName(name), text);
}

class LocalStore implements Store {
  async read(names: string[] | null): Promise<Records> {
    try {
      return readLocal(names);
    } catch {
      return new Map(); // said when there is something to save
    }
  }

  async change<T>(names: string[] | null, work: (records: Records) => T): Promise<T> {
    const now = () => this.changeNow(names, work);
    return 'locks' in navigator ? navigator.locks.request('gradschool.progress', now) : now();
  }

  private changeNow<T>(names: string[] | null, work: (records: Records) => T): T {
    let before: Records;
    try {
      before = readLocal(names);
    } catch {
      throw new StorageProblem(notSaved);
    }
    const after = new Map(before);
    const result = work(after);
    const touched = changed(before, after);
    try {
      touched.forEach((name) => setLocal(name, after.get(name)));
    } catch {
      // Full: what was there fits again once what is new is gone.
      touched.forEach((name) => localStorage.removeItem(localName(name)));
      touched.forEach((name) => setLocal(name, before.get(name)));
      throw new StorageProblem(notSaved);
    }
    tellOfChange(touched);
    return result;
  }
}

/** Moves records to the database; one that is there already keeps its place, and the other stays. */
async function moveFromLocal(store: Store): Promise<void> {
  const local = readLocal(null);
  if (local.size === 0) return;
  const moved = await store.change([...local.keys()], (records) => {
    const free = [...local.keys()].filter(
      (name) => !records.has(name) || records.get(name) === local.get(name),
    );
    free.forEach((name) => records.set(name, local.get(name)!));
    return free;
  });
  moved.forEach((name) => setLocal(name, undefined));
}

// ---- A database of a newer course ----------------------------------------------------------------

class ClosedStore implements Store {
  read(): Promise<Records> {
    return Promise.reject(new StorageProblem(newer));
  }
  change<T>(): Promise<T> {
    return Promise.reject(new StorageProblem(newer));
  }
}
