import { series } from './colours.js';

/** A model's part in a study. */
export interface Studied<T> {
  readonly name: string;
  readonly result: T;
}

export const seriesColour = (i: number): string => series[i % series.length]!;
export const wholePercent = (share: number): string => `${Math.round(100 * share)} %`;
export const smallPercent = (share: number): string => `${Number((100 * share).toFixed(2))} %`;
export const studyMargins = { marginLeft: 52, marginRight: 18, marginTop: 26, marginBottom: 40 };
