/** A fenced block of a document. */
export interface CodeBlock {
  /** Where it stands: `docs/formats.md:12`. */
  readonly where: string;
  /** The first word behind the fence; empty for listings. */
  readonly language: string;
  /** `file=NAME`: it is a file that later blocks use. */
  readonly file: string | undefined;
  /** `left-out="REASON"`: it is not run here. */
  readonly leftOut: string | undefined;
  readonly text: string;
}

/** The fenced blocks of a Markdown text, in order. */
export function codeBlocks(text: string, document: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const [, fence, info] = /^(`{3,})(.*)$/.exec(lines[i]!) ?? [];
    if (fence === undefined || info === undefined) continue;
    const end = lines.findIndex((line, at) => at > i && line === fence);
    if (end < 0) throw new Error(`${document}:${i + 1}: the block has no end`);
    blocks.push({
      where: `${document}:${i + 1}`,
      language: /^\S*/.exec(info)![0],
      file: /\bfile=(\S+)/.exec(info)?.[1],
      leftOut: /\bleft-out="([^"]+)"/.exec(info)?.[1],
      text: `${lines.slice(i + 1, end).join('\n')}\n`,
    });
    i = end;
  }
  return blocks;
}
