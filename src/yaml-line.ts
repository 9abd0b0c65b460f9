import { type Document, isMap, isNode, isScalar, isSeq, type LineCounter } from 'yaml';

/** The line of a key or list entry; where the file lacks it, that of the deepest part of its path that is there. */
export function lineOf(document: Document, lines: LineCounter, path: readonly (string | number)[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    const step = path[depth - 1]!;
    const node = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))?.key
      : isSeq(parent)
        ? parent.items[Number(step)]
        : undefined;
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
