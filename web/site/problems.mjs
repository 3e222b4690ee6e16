// What is wrong with a source file, with its place: every check of the site build reports in this
// one form, "lessons/01-01-…/quiz.yml:12: sentence".

export function problem(file, line, message) {
  return { file, line, message };
}

export function describe({ file, line, message }) {
  return `${file}:${line}: ${message}`;
}

/** Thrown by the build with a sentence for whoever builds: no fault of the program's. */
export class BuildError extends Error {}

/** Thrown by the build when the sources have problems; the message lists them, one a line. */
export class CourseError extends BuildError {
  constructor(problems) {
    super(problems.map(describe).join('\n'));
    this.name = 'CourseError';
    this.problems = problems;
  }
}
