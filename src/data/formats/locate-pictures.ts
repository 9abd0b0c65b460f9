import { existsSync, readdirSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';

/**
 * The path of each picture that an annotation names. Looked for in `folder`, as written and as Windows or another
 * encoding would have written it; a bare name also in the folders within it. Where it is nowhere, the path that was to be.
 */
export function pictureLocator(folder: string): (name: string) => string {
  const found = new Map<string, string>();
  let within: Map<string, string> | undefined;
  const locate = (name: string): string => {
    for (const spelling of spellings(name)) {
      const path = resolve(folder, spelling);
      if (existsSync(path)) return path;
    }
    if (!/[/\\]/.test(name)) {
      within ??= filesWithin(folder);
      const path = within.get(name);
      if (path !== undefined) return path;
    }
    return resolve(folder, name);
  };
  return (name) => {
    let path = found.get(name);
    if (path === undefined) {
      path = locate(name);
      found.set(name, path);
    }
    return path;
  };
}

function spellings(name: string): string[] {
  // dlib's tools declare ISO-8859-1 and write whatever bytes the file system gave them, most often UTF-8.
  const utf8 = Buffer.from(name, 'latin1').toString('utf8');
  return [name, name.replaceAll('\\', '/'), utf8, utf8.replaceAll('\\', '/')];
}

/** The files in the folders of a folder, by name; not those whose name stands twice, for which is meant is unknown. */
function filesWithin(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  const twice = new Set<string>();
  const list = (path: string) => {
    try {
      return readdirSync(path, { withFileTypes: true });
    } catch {
      return [];
    }
  };
  for (const entry of list(folder)) {
    if (!entry.isDirectory()) continue;
    for (const { name } of list(join(folder, entry.name))) {
      if (files.has(name)) twice.add(name);
      files.set(name, join(folder, entry.name, name));
    }
  }
  for (const name of twice) files.delete(name);
  return files;
}

/** The other way: what an annotation in `folder` calls a picture, with `/` between folders. */
export const pictureReference =
  (folder: string) =>
  (picture: string): string =>
    relative(resolve(folder), resolve(picture)).split(sep).join('/');
