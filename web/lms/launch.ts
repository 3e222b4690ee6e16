// The page that a learning system opens. It speaks with the system for as long as the package is
// open; the course's pages stand in a frame inside, come and go, and find their answers here (see
// AnswersHost in web/runtime/hosted-store.ts). Without a learning system they keep them in the browser.

import { Session } from './api.js';
import type { Answers, Answer, Contents } from './contents.js';
import { pack, unpack } from './pack.js';
import { interactionOf, standingOf } from './results.js';

interface RecordText {
  version: number;
  current?: string;
  items: Record<string, Answer>;
}

const prefix = 'answers:';

/** The answers of this package, kept in the learning system. */
class Host {
  private readonly texts = new Map<string, string>();
  private finished: boolean;
  private readonly readOnly: boolean;

  constructor(
    private readonly session: Session,
    private readonly contents: Contents,
  ) {
    this.finished = session.wasFinished;
    this.readOnly = session.isReview;
    const { suspended } = session;
    const restored = suspended === '' ? null : unpack(suspended, this.ids());
    if (suspended !== '' && restored === null)
      say('What this learning system kept of your answers is damaged and could not be read.');
    if (restored) this.fill(restored.answers, restored.version);
    if (!this.readOnly) {
      session.report(this.standing());
      session.commit(this.finished);
    }
  }

  /** By name. */
  records(): Map<string, string> {
    return new Map(this.texts);
  }

  /** Keeps records (undefined: none any more). What went wrong, or "". */
  write(changes: Map<string, string | undefined>): string {
    if (this.readOnly) return 'This is a review: answers given here are not kept.';
    const before = this.answers();
    for (const [name, text] of changes) {
      if (text === undefined) this.texts.delete(name);
      else this.texts.set(name, text);
    }
    const now = this.answers();
    let graded = false;
    for (const question of this.contents.questions) {
      const answer = now.get(question.id);
      if (!answer) continue;
      const tried = interactionOf(question, before.get(question.id), answer, new Date());
      if (tried) this.session.add(tried);
      graded ||= tried !== null || answer.phase !== (before.get(question.id)?.phase ?? 'open');
    }
    const { text, dropped } = pack(now, this.ids(), this.version(), this.session.suspendLimit);
    this.session.suspend(text);
    this.session.report(this.standing());
    const problem = graded ? this.session.commit(this.finished) : '';
    if (problem) return `This learning system did not take your answers (${problem}).`;
    if (dropped === 0) return '';
    const count = dropped === 1 ? 'One answer is' : `${dropped} answers are`;
    return `This learning system has no room for all answers: ${count} not kept.`;
  }

  /** The page that is being read. */
  visit(page: string): void {
    if (!this.readOnly) this.session.setLocation(page);
  }
  commit(): void {
    if (!this.readOnly) this.session.commit(this.finished);
  }
  end(): void {
    this.session.end(this.finished);
  }

  private ids = () => this.contents.questions.map(({ id }) => id);

  private standing() {
    const standing = standingOf(this.answers(), this.contents, this.finished);
    this.finished = standing.finished;
    return standing;
  }

  private parsed(): RecordText[] {
    return [...this.texts.values()].map((text) => JSON.parse(text) as RecordText);
  }
  private version(): number {
    return Math.max(1, ...this.parsed().map(({ version }) => version));
  }
  private answers(): Answers {
    return new Map(this.parsed().flatMap(({ items }) => Object.entries(items)));
  }

  private fill(answers: Answers, version: number): void {
    for (const { lesson } of this.contents.questions) {
      const name = prefix + lesson;
      if (this.texts.has(name)) continue;
      const ids = this.contents.questions
        .filter((question) => question.lesson === lesson && answers.has(question.id))
        .map(({ id }) => id);
      if (ids.length === 0) continue;
      const items = Object.fromEntries(ids.map((id) => [id, answers.get(id)!]));
      this.texts.set(name, JSON.stringify({ version, current: ids[0], items }));
    }
  }
}

function say(sentence: string): void {
  const status = document.querySelector<HTMLElement>('#status')!;
  status.textContent = sentence;
  status.hidden = false;
}

/** Only pages of this package may be gone back to. */
function pageToShow(contents: Contents, location: string): string {
  const isOwn = /^(lessons\/)?[\w-]+\.html$/.test(location);
  return isOwn ? location : contents.start;
}

async function launch(): Promise<void> {
  const contents = (await (await fetch('lms/contents.json')).json()) as Contents;
  const frame = document.querySelector('iframe')!;
  const session = Session.begin(contents.standard);
  const here = new URL('.', location.href).href;
  if (!session) {
    say('No learning system was found around this page. Your answers stay in this browser.');
    frame.src = contents.start;
    return;
  }
  const host = new Host(session, contents);
  (window as unknown as { gradschoolHost: Host }).gradschoolHost = host;
  frame.addEventListener('load', () => {
    const page = frame.contentWindow!.location.href.split(/[?#]/)[0]!;
    if (page.startsWith(here)) host.visit(page.slice(here.length));
  });
  frame.src = pageToShow(contents, session.location);
  addEventListener('beforeunload', () => host.commit());
  document.addEventListener('visibilitychange', () => host.commit());
  addEventListener('pagehide', () => host.end());
  // Brought back from the browser's memory, after the end: begin again.
  addEventListener('pageshow', (event) => event.persisted && location.reload());
}

void launch();
