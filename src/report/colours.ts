// Okabe and Ito's colours (https://jfly.uni-koeln.de/color/), told apart by colour-blind readers; the blue is a little
// lighter, to be legible on black as well as on white.
export const blue = '#1f83c8';
export const orange = '#d55e00';
export const green = '#009e73';

/** Points as annotated: always filled dots. */
export const truthColour = '#2a9d3a';
/** Points as predicted: always crosses, so that they differ from the truth in shape too. */
export const predictionColour = '#e0312f';

/** For runs or settings side by side. */
export const series = ['#1f83c8', '#d55e00', '#009e73', '#cc79a7', '#b58900', '#56b4e9', '#7f5fbf', '#888888'] as const;

// Dark violet to light orange: an order that also shows in the lightness.
const ramp = ['#6a3fb0', '#3f62c4', '#1f83c8', '#159a9c', '#2aa563', '#7aad2a', '#c29a1c', '#e07b1f'] as const;

/** A colour a value: numbers are ordered, so their colours are too; words only have to differ. */
export function valueColours(values: readonly unknown[]): string[] {
  if (!values.every((value) => typeof value === 'number')) return values.map((_, i) => series[i % series.length]!);
  const sorted = [...values].sort((a, b) => a - b);
  const step = (ramp.length - 1) / Math.max(1, sorted.length - 1);
  return values.map((value) => ramp[Math.round(sorted.indexOf(value) * step)]!);
}
