// What a package tells its launch page about itself (contents.json, written by package.mjs), and
// answers as the engine saves them.

export interface Contents {
  standard: '1.2' | '2004';
  title: string;
  /** The page to begin with, seen from the launch page. */
  start: string;
  /** The share of questions right at the first try that passes. */
  pass: number;
  /** The questions that the package's pages ask. */
  questions: Question[];
}

export interface Question {
  id: string;
  lesson: string;
  type: string;
  /** The right answer in the standard's interchange form; "" if there is no such form. */
  pattern: string;
}

/** An answer in a record `answers:<lesson>`, as src/quiz/progress.cpp writes it. */
export interface Answer {
  phase: string;
  tries: number;
  chosen: number[];
  entered: string;
  hint_shown: boolean;
  placed?: number[];
  confidence?: string;
  draw?: number;
  [more: string]: unknown;
}

/** By question id. */
export type Answers = Map<string, Answer>;
