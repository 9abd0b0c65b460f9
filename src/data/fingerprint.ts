import { createHash } from 'node:crypto';
import type { Dataset } from './sample.js';

/** SHA-256, as 64 hex digits, over the samples' ids, boxes, points and their visibility in their order: what a run can be compared by. */
export function fingerprint({ samples }: Dataset): string {
  const hash = createHash('sha256');
  for (const { id, box, points, visible } of samples) {
    const { left, top, width, height } = box;
    hash.update(
      `${JSON.stringify([id, left, top, width, height, points ? [...points] : null, ...(visible ? [[...visible]] : [])])}\n`,
    );
  }
  return hash.digest('hex');
}
