// Okabe and Ito's colours (https://jfly.uni-koeln.de/color/), told apart by colour-blind readers, legible on white and on black.
export const blue = '#0072b2';
export const orange = '#d55e00';
export const green = '#009e73';

/** Points as annotated: always filled dots. */
export const truthColour = '#2a9d3a';
/** Points as predicted: always crosses, so that they differ from the truth in shape too. */
export const predictionColour = '#e0312f';

/** For runs or settings side by side. */
export const series = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#b58900', '#56b4e9', '#7f5fbf', '#888888'] as const;
