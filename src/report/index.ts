export { writeComparison } from './comparison.js';
export { cumulativeCurves, cumulativeError } from './cumulative-error.js';
export { figure, type Panel, panel, saveFigure, toPng } from './figure.js';
export { isRun, type RunFolder, readRun } from './read-run.js';
export { writeRunReport } from './run-report.js';
export { type PreparedSample, sampleSheet } from './sheet.js';
export { writeSweepReport } from './sweep-report.js';
