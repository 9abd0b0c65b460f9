import { InputError } from '../../errors.js';

/** Told of each face that is left out, and why; without one, the first problem is thrown. */
export type OnProblem = (problem: InputError) => void;

/** Throws, unless there is someone to tell. */
export function report(problem: InputError, onProblem: OnProblem | undefined): void {
  if (!onProblem) throw problem;
  onProblem(problem);
}

/** Runs `read`; where it throws an InputError and there is someone to tell, tells it and returns undefined. */
export function reporting<T>(onProblem: OnProblem | undefined, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    report(error, onProblem);
    return undefined;
  }
}
