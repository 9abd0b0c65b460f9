import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import * as ort from 'onnxruntime-node';
import type { Runtime, SessionOptions } from '../tensor/runtime.js';
import type { RunInfo } from '../train/run.js';

/** The engine's runtime in Node. */
export const runtime: Runtime = ort;

/** @param threads how many the engine may use; all cores where absent */
export const sessionOptions = (threads = availableParallelism()): SessionOptions => ({
  executionProviders: ['cpu'],
  intraOpNumThreads: threads,
});

const version = (packageFile: URL): string =>
  (JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }).version;

export const fiducialVersion = version(new URL('../../package.json', import.meta.url));

export const versions: RunInfo['versions'] = {
  fiducial: fiducialVersion,
  onnxruntime: ort.env.versions.node ?? ort.env.versions.common,
  node: process.versions.node,
};
