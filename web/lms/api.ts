// The two SCORM standards, said in one way. A learning system offers an object with functions in a
// window above the package's; all of them take and give texts.

type Api = Record<string, (...texts: string[]) => unknown>;

const deepest = 20;

/** The object in this window's parents or, if the package has a window of its own, its opener's. */
export function findApi(name: string, from: Window = window): Api | null {
  return (
    searchUp(name, from) ?? (from.top?.opener ? searchUp(name, from.top.opener as Window) : null)
  );
}

function searchUp(name: string, from: Window): Api | null {
  let place = from;
  for (let depth = 0; depth < deepest; depth++) {
    try {
      const api = (place as unknown as Record<string, Api | undefined>)[name];
      if (api) return api;
    } catch {
      return null; // a window of another site: nothing above it can be seen
    }
    if (place.parent === place) return null;
    place = place.parent;
  }
  return null;
}

/** What has been reached, of all questions of the package. */
export interface Standing {
  total: number;
  /** Found or given up. */
  done: number;
  /** Right at the first try. */
  right: number;
  finished: boolean;
  passed: boolean;
}

/** One try at one question. */
export interface Interaction {
  id: string;
  type: 'choice' | 'numeric' | 'sequencing' | 'matching' | 'fill-in' | 'performance';
  /** Options in base 36, pairs of them ("0.2"), or one text. */
  response: string[];
  pattern: string;
  right: boolean;
  time: Date;
}

interface Dialect {
  api: string;
  call: { begin: string; get: string; set: string; commit: string; end: string; error: string };
  suspendLimit: number;
  location: string;
  mode: string;
  separator: string;
  /** Whether the learner had come to the end before. */
  wasFinished(get: (name: string) => string): boolean;
  standing(standing: Standing): [name: string, value: string][];
  /** Names without "cmi.interactions.<n>.". */
  interaction(interaction: Interaction, response: string): [name: string, value: string][];
  leaving(seconds: number, finished: boolean): [name: string, value: string][];
}

const two = (number: number) => String(number).padStart(2, '0');
const clock = (date: Date) =>
  [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');

function hours(seconds: number): string {
  const whole = Math.min(Math.floor(seconds), 9999 * 3600);
  const minutes = Math.floor(whole / 60);
  return `${String(Math.floor(minutes / 60)).padStart(4, '0')}:${two(minutes % 60)}:${two(whole % 60)}`;
}

const percent = ({ right, total }: Standing) => String(Math.round((10000 * right) / total) / 100);

const scorm12: Dialect = {
  api: 'API',
  call: {
    begin: 'LMSInitialize',
    get: 'LMSGetValue',
    set: 'LMSSetValue',
    commit: 'LMSCommit',
    end: 'LMSFinish',
    error: 'LMSGetLastError',
  },
  suspendLimit: 4096,
  location: 'cmi.core.lesson_location',
  mode: 'cmi.core.lesson_mode',
  separator: ',',
  wasFinished: (get) => ['passed', 'failed', 'completed'].includes(get('cmi.core.lesson_status')),
  standing: (standing) => [
    ['cmi.core.score.min', '0'],
    ['cmi.core.score.max', '100'],
    ['cmi.core.score.raw', percent(standing)],
    [
      'cmi.core.lesson_status',
      !standing.finished ? 'incomplete' : standing.passed ? 'passed' : 'failed',
    ],
  ],
  interaction: ({ id, type, pattern, right, time }, response) => [
    ['id', id],
    ['time', clock(time)],
    ['type', type],
    ...(pattern ? [['correct_responses.0.pattern', pattern] as [string, string]] : []),
    ['student_response', response.slice(0, 255)],
    ['result', right ? 'correct' : 'wrong'],
  ],
  leaving: (seconds, finished) => [
    ['cmi.core.session_time', hours(seconds)],
    ['cmi.core.exit', finished ? '' : 'suspend'],
  ],
};

const scorm2004: Dialect = {
  api: 'API_1484_11',
  call: {
    begin: 'Initialize',
    get: 'GetValue',
    set: 'SetValue',
    commit: 'Commit',
    end: 'Terminate',
    error: 'GetLastError',
  },
  suspendLimit: 64_000,
  location: 'cmi.location',
  mode: 'cmi.mode',
  separator: '[,]',
  wasFinished: (get) => get('cmi.completion_status') === 'completed',
  standing: (standing) => [
    ['cmi.score.min', '0'],
    ['cmi.score.max', '100'],
    ['cmi.score.raw', percent(standing)],
    ['cmi.score.scaled', String(Math.round((10000 * standing.right) / standing.total) / 10000)],
    ['cmi.progress_measure', String(Math.round((10000 * standing.done) / standing.total) / 10000)],
    ['cmi.completion_status', standing.finished ? 'completed' : 'incomplete'],
    ['cmi.success_status', !standing.finished ? 'unknown' : standing.passed ? 'passed' : 'failed'],
  ],
  interaction: ({ id, type, pattern, right, time }, response) => [
    ['id', `urn:gradschool:${id}`],
    ['type', type === 'performance' ? 'other' : type],
    ['timestamp', time.toISOString().replace(/\dZ$/, 'Z')],
    ...(pattern ? [['correct_responses.0.pattern', pattern] as [string, string]] : []),
    ['learner_response', response.slice(0, 4000)],
    ['result', right ? 'correct' : 'incorrect'],
  ],
  leaving: (seconds) => [
    ['cmi.session_time', `PT${Math.floor(seconds)}S`],
    ['cmi.exit', 'suspend'],
  ],
};

/** A launch of the package in a learning system, from begin to end. */
export class Session {
  private readonly started = performance.now();
  private ended = false;
  private failed = '';

  private constructor(
    private readonly api: Api,
    private readonly dialect: Dialect,
  ) {}

  /** Null if there is no learning system, or it refuses to begin. */
  static begin(standard: '1.2' | '2004'): Session | null {
    const dialect = standard === '1.2' ? scorm12 : scorm2004;
    const api = findApi(dialect.api);
    if (!api) return null;
    const session = new Session(api, dialect);
    return session.call('begin', '') ? session : null;
  }

  get suspendLimit(): number {
    return this.dialect.suspendLimit;
  }
  get suspended(): string {
    return this.get('cmi.suspend_data');
  }
  get location(): string {
    return this.get(this.dialect.location);
  }
  get wasFinished(): boolean {
    return this.dialect.wasFinished((name) => this.get(name));
  }
  /** Somebody looks at what was done: nothing may be written. */
  get isReview(): boolean {
    return this.get(this.dialect.mode) === 'review';
  }

  suspend(data: string): void {
    this.set('cmi.suspend_data', data);
  }
  setLocation(page: string): void {
    this.set(this.dialect.location, page);
  }
  report(standing: Standing): void {
    this.setAll(this.dialect.standing(standing));
  }

  /** Entries are added, not replaced: the system sees each try. */
  add(interaction: Interaction): void {
    const place = `cmi.interactions.${Number(this.get('cmi.interactions._count')) || 0}`;
    const response = interaction.response.join(this.dialect.separator);
    for (const [name, value] of this.dialect.interaction(interaction, response)) {
      this.set(`${place}.${name}`, value);
    }
  }

  /** Has what was set kept. What went wrong since the last time, as the system names it, or "". */
  commit(finished: boolean): string {
    if (this.ended) return '';
    this.setAll(this.dialect.leaving((performance.now() - this.started) / 1000, finished));
    this.call('commit', '');
    const failed = this.failed;
    this.failed = '';
    return failed;
  }

  end(finished: boolean): void {
    if (this.ended) return;
    this.commit(finished);
    this.ended = true;
    this.call('end', '');
  }

  private get(name: string): string {
    return String(this.api[this.dialect.call.get]!(name) ?? '');
  }
  private setAll(values: [string, string][]): void {
    for (const [name, value] of values) this.set(name, value);
  }
  private set(name: string, value: string): void {
    if (!this.ended) this.call('set', name, value);
  }
  private call(what: keyof Dialect['call'], ...texts: string[]): boolean {
    const { call } = this.dialect;
    if (String(this.api[call[what]]!(...texts)) === 'true') return true;
    const code = String(this.api[call.error]!());
    this.failed ||= `${call[what]} ${texts[0] ?? ''}: error ${code}`.replace(' :', ':');
    return false;
  }
}
