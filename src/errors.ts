/** Something a user can put right: the message is one line that names what was expected, what came, where, and what to do. Exit code 1. */
export class InputError extends Error {
  override name = 'InputError';
  readonly exitCode: number = 1;
}

/** The command itself was wrong: an unknown option, a missing argument. Exit code 2. */
export class UsageError extends InputError {
  override name = 'UsageError';
  override readonly exitCode = 2;
}

/** The one-line text of any thrown thing. */
export function reason(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).split('\n')[0] ?? '';
}
