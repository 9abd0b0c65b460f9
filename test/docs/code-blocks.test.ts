import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { makeImm } from '../made-imm.js';
import { install, pack, root } from '../package/installed.js';
import { temporaryFolder } from '../temporary.js';
import { type CodeBlock, codeBlocks } from './code-blocks.js';
import { makeAnnotatedPhotos } from './made-photos.js';
import { browser, openPage } from './web-page.js';

const base = temporaryFolder();
const project = join(base, 'project');
const folders = ['', 'docs', 'weights'];
const documents = folders
  .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name)))
  .filter((name) => name.endsWith('.md') && blocksOf(name).length > 0);

// As a reader has it who follows the documents: a project with the package in it, and annotated pictures.
beforeAll(async () => {
  mkdirSync(project);
  install(project, join(base, pack(base).filename), ['onnxruntime-web', 'tsx']);
  await makeImm(join(base, 'imm_face_db'), { people: 6, seed: 1 });
  await makeAnnotatedPhotos(join(base, 'photos'));
}, 120_000);

describe.each(documents)('%s', (document) => {
  const folder = join(base, document.replace(/\W/g, '-'));

  beforeAll(() => {
    mkdirSync(folder);
    for (const name of ['node_modules', 'package.json']) symlinkSync(join(project, name), join(folder, name));
    for (const name of ['imm_face_db', 'photos']) symlinkSync(join(base, name), join(folder, name));
  });

  for (const block of blocksOf(document)) {
    it(`${block.language || 'listing'} at ${block.where}`, { timeout: 600_000 }, async () => {
      if (block.leftOut !== undefined) console.warn(`${block.where}: left out, ${block.leftOut}`);
      else await run(block, folder);
    });
  }
});

/** A function declaration, for it is used above. */
function blocksOf(document: string): CodeBlock[] {
  return codeBlocks(readFileSync(join(root, document), 'utf8'), document);
}

/** What is done with a block, by its language. */
async function run(block: CodeBlock, folder: string): Promise<void> {
  const { language, file, text, where } = block;
  if (file !== undefined) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  if (language === 'sh') execute('bash', ['-euc', text], folder);
  else if (language === 'ts' || language === 'js') {
    const name = file ?? `block.${language === 'ts' ? 'mts' : 'mjs'}`;
    writeFileSync(join(folder, name), text);
    execute(process.execPath, ['--import', 'tsx', name], folder);
  } else if (language === 'yaml') {
    expect(parseAllDocuments(text).flatMap(({ errors }) => errors)).toEqual([]);
  } else if (language === 'json') JSON.parse(text);
  else if (language === 'html') {
    if (browser === undefined) console.warn(`${where}: left out, there is no Chromium here`);
    else expect(await openPage(dirname(join(folder, file!)))).toMatch(/<p[^>]*>\d+ points<\/p>/);
  } else expect(language, `${where}: say what it is, and how it is run`).toMatch(/^(text|csv)?$/);
}

/** Runs a program with `npx fiducial` and `fiducial` both within reach, as in a project and where it is installed for all. */
function execute(program: string, args: readonly string[], folder: string): void {
  const path = `${join(project, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')));
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...env, PATH: path, npm_config_offline: 'true' },
  });
  if (status !== 0) throw error ?? new Error(`it ended with ${status}: ${stderr}${stdout}`);
}
