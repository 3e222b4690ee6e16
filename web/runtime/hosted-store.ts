// Inside a learning system: the answers of the package go to its launch page (web/lms/launch.ts),
// which hands them to the system; everything else stays in this browser.

import { StorageProblem, type Records, type Store } from './store.js';

/** What the launch page offers to the pages in its frame. */
export interface AnswersHost {
  /** Texts by name: answers:<lesson>. */
  records(): Records;
  /** Keeps texts (undefined: none any more). One sentence if something went wrong, or "". */
  write(changes: Map<string, string | undefined>): string;
}

const isAnswers = (name: string) => name.startsWith('answers:');

export class HostedStore implements Store {
  /** @param tell is given the names of records that have changed */
  constructor(
    private readonly host: AnswersHost,
    private readonly others: Store,
    private readonly tell: (names: string[]) => void,
  ) {}

  async read(names: string[] | null): Promise<Records> {
    const found = await this.others.read(names && names.filter((name) => !isAnswers(name)));
    for (const name of [...found.keys()].filter(isAnswers)) found.delete(name);
    for (const [name, text] of this.host.records()) {
      if (names === null || names.includes(name)) found.set(name, text);
    }
    return found;
  }

  async change<T>(names: string[] | null, work: (records: Records) => T): Promise<T> {
    const before = await this.read(names);
    const after = new Map(before);
    const result = work(after);
    const touched = [...new Set([...before.keys(), ...after.keys()])].filter(
      (name) => before.get(name) !== after.get(name),
    );
    const answers = touched.filter(isAnswers);
    const problem =
      answers.length > 0
        ? this.host.write(new Map(answers.map((name) => [name, after.get(name)])))
        : '';
    this.tell(answers);
    const others = this.changeOthers(
      touched.filter((name) => !isAnswers(name)),
      after,
    );
    // A browser that keeps nothing is worth a word only when something was for it alone.
    await (answers.length > 0 ? others.catch(() => {}) : others);
    if (problem) throw new StorageProblem(problem);
    return result;
  }

  private async changeOthers(names: string[], after: Records): Promise<void> {
    if (names.length === 0) return;
    await this.others.change(names, (records) => {
      for (const name of names) {
        const text = after.get(name);
        if (text === undefined) records.delete(name);
        else records.set(name, text);
      }
    });
  }
}
