// Answers kept in this browser: one record for each lesson, as Quiz::save() writes it
// ({version, current, items: {question id: answer}}). The functions are asynchronous, so that
// another store can follow. Storage that is missing, full or damaged never stops a quiz; it comes
// back as one sentence.

const version = 1;
const keyOf = (lesson: string) => `gradschool.progress:${lesson}`;

interface Answers {
  version: number;
  current: string;
  items: Record<string, unknown>;
}

const newer =
  'Your answers were saved by a newer version of this course; they stay as they are, and answers given here are not saved.';
const notSaved =
  'This browser does not let the page save your answers (its storage is off or full); they last until you leave.';
const unreadable = 'Your saved answers are damaged and could not be read';

/** One quiz' access to its lesson's record. */
export class Progress {
  /** The answers that the quiz last read or wrote. */
  private before: Record<string, unknown> = {};

  constructor(private readonly lesson: string) {}

  /** The record for Quiz::restore(), or null; and what is wrong with what was found. */
  async load(): Promise<{ record: string | null; problem: string }> {
    let record: string | null;
    try {
      record = localStorage.getItem(keyOf(this.lesson));
    } catch {
      return { record: null, problem: '' }; // said when there is something to save
    }
    if (record === null) return { record, problem: '' };
    const answers = parse(record);
    if (answers === null) return { record: null, problem: await this.setAside() };
    if (answers.version > version) return { record: null, problem: newer };
    this.before = answers.items;
    return { record, problem: '' };
  }

  /**
   * Writes the answers that have changed since this quiz last read or wrote; all others in the
   * record stay, so that two tabs and two quizzes of a lesson do not undo each other. What went
   * wrong, or "".
   */
  async save(state: string): Promise<string> {
    const now = JSON.parse(state) as Answers;
    const changed = [...new Set([...Object.keys(this.before), ...Object.keys(now.items)])].filter(
      (id) => JSON.stringify(this.before[id]) !== JSON.stringify(now.items[id]),
    );
    if (changed.length === 0) return '';
    try {
      const stored = localStorage.getItem(keyOf(this.lesson));
      const record = (stored && parse(stored)) || { ...now, items: {} };
      if (record.version > version) return newer;
      record.current = now.current;
      for (const id of changed) {
        if (id in now.items) record.items[id] = now.items[id];
        else delete record.items[id];
      }
      localStorage.setItem(keyOf(this.lesson), JSON.stringify(record));
    } catch {
      return notSaved;
    }
    this.before = now.items;
    return '';
  }

  /** Moves a damaged record to a key of its own, where nothing overwrites it. A sentence. */
  async setAside(): Promise<string> {
    this.before = {};
    try {
      const record = localStorage.getItem(keyOf(this.lesson));
      if (record === null) return '';
      let place = 1;
      const aside = () => `gradschool.progress.damaged:${this.lesson}:${place}`;
      while (localStorage.getItem(aside()) !== null) place++;
      localStorage.setItem(aside(), record);
      localStorage.removeItem(keyOf(this.lesson));
    } catch {
      return `${unreadable}.`;
    }
    return `${unreadable}; a copy is kept aside in this browser.`;
  }
}

function parse(record: string): Answers | null {
  try {
    const answers = JSON.parse(record) as Partial<Answers> | null;
    const sound =
      typeof answers?.version === 'number' &&
      typeof answers.items === 'object' &&
      answers.items !== null;
    return sound ? (answers as Answers) : null;
  } catch {
    return null;
  }
}
