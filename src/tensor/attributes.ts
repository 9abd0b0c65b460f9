import type { Attributes, FloatAttribute } from './graph.js';
import { GraphError } from './types.js';

export const float = (value: number): FloatAttribute => ({ float: value });

export function intOf(attributes: Attributes, name: string, otherwise: number): number {
  const value = attributes[name] ?? otherwise;
  if (typeof value !== 'number') throw new GraphError(`attribute ${name} must be an integer`);
  return value;
}

export function floatOf(attributes: Attributes, name: string, otherwise: number): number {
  const value = attributes[name] ?? { float: otherwise };
  if (typeof value !== 'object' || !('float' in value)) throw new GraphError(`attribute ${name} must be a float`);
  return value.float;
}

export function intsOf(attributes: Attributes, name: string, otherwise: readonly number[]): readonly number[] {
  const value = attributes[name] ?? otherwise;
  if (!Array.isArray(value)) throw new GraphError(`attribute ${name} must be integers`);
  return value;
}

export function textOf(attributes: Attributes, name: string, otherwise: string): string {
  const value = attributes[name] ?? otherwise;
  if (typeof value !== 'string') throw new GraphError(`attribute ${name} must be text`);
  return value;
}
