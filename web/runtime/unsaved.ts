// The database takes a moment to write; a tab can be closed in it. What was not written by then is
// left as notes in localStorage, which writes at once, for the next page to take up.

const prefix = 'gradschool.unsaved:';

const waiting = new Map<object, { name: string; note: () => unknown }>();

/** Until `settled`, leaving the page leaves `note()` under the name. */
export function expectWriting(owner: object, name: string, note: () => unknown): void {
  waiting.set(owner, { name, note });
}

export const settled = (owner: object) => waiting.delete(owner);

/** The notes of that name, which stay until they are forgotten. */
export function notesOf<T>(name: string): T[] {
  try {
    const notes: unknown = JSON.parse(localStorage.getItem(prefix + name) ?? '[]');
    return Array.isArray(notes) ? (notes as T[]) : [];
  } catch {
    return []; // no storage, or not ours
  }
}

/** Those of that name, or all. */
export function forgetNotes(name = ''): void {
  try {
    const keys = Object.keys(localStorage);
    const ours = (key: string) => (name ? key === prefix + name : key.startsWith(prefix));
    keys.filter(ours).forEach((key) => localStorage.removeItem(key));
  } catch {
    // There are none.
  }
}

addEventListener('pagehide', () => {
  // A frame may be a learning system's, whose learners share this browser.
  if (window.parent !== window) return;
  for (const { name, note } of waiting.values()) {
    try {
      localStorage.setItem(prefix + name, JSON.stringify([...notesOf(name), note()]));
    } catch {
      return; // no storage, or full
    }
  }
});

// The page goes on after all, and its writing with it.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) for (const { name } of waiting.values()) forgetNotes(name);
});
