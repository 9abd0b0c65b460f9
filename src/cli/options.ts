import { InvalidArgumentError } from 'commander';

/** Gathers an option that may be given several times. */
export const gather = (value: string, before: readonly string[] = []): string[] => [...before, value];

export function positiveWhole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('give a whole number from 1');
  return value;
}
