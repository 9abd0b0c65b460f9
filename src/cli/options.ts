import { InvalidArgumentError } from 'commander';
import { UsageError } from '../errors.js';
import type { Box } from '../image/box.js';

/** Gathers an option that may be given several times. */
export const gather = (value: string, before: readonly string[] = []): string[] => [...before, value];

export function positiveWhole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('give a whole number from 1');
  return value;
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('give a whole number from 0');
  return value;
}

/** `--box l,t,w,h`, in pixels. */
export function parseBox(text: string): Box {
  const numbers = text.split(',').map(Number);
  const [left, top, width, height] = numbers as [number, number, number, number];
  if (numbers.length !== 4 || !numbers.every(Number.isFinite) || !(width > 0 && height > 0)) {
    throw new UsageError(`--box ${text}: give left,top,width,height in pixels, width and height above 0`);
  }
  return { left, top, width, height };
}
