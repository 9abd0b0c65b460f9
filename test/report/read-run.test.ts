import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.js';
import { learntPoints } from '../../src/report/learnt-points.js';
import { readRun } from '../../src/report/read-run.js';
import { madeMarkup } from './made-face.js';
import { makeRun } from './made-run.js';

const base = mkdtempSync(join(tmpdir(), 'fiducial-read-run-'));
let folder: string;
let n = 0;
afterAll(() => rmSync(base, { recursive: true }));

const change = (file: string, edit: (text: string) => string) => {
  const path = join(folder, file);
  writeFileSync(path, edit(readFileSync(path, 'utf8')));
};

/** What reading says, after checking that it is one line that the user can act on. */
function complaint(): string {
  try {
    readRun(folder);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).not.toContain('\n');
    return (error as Error).message.replace(`${folder}/`, '');
  }
  throw new Error('nothing was wrong');
}

describe('a run folder', () => {
  beforeAll(async () => {
    folder = await makeRun(join(base, 'ended'), { points: [52, 13, 21] });
  });

  it('is read whole', () => {
    const run = readRun(folder);
    expect(run.info.name).toBe('nose');
    expect(run.points.names).toEqual(['nose 5', 'right eye 0', 'left eye 0']);
    expect(run.epochs.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(run.predictions).toHaveLength(12);
    const [face] = run.predictions;
    expect(face!.truth).toHaveLength(6);
    expect(face!.tags).toEqual({ view: '1 frontal' });
    expect(face!.nme).toBeGreaterThan(0);
    expect(run.pictures.get(face!.name)).toMatchObject({ scale: 0.5, file: join(folder, 'pictures', '33-1m.jpg') });
    expect(run.summary).toContain('Conv2d-1');
    expect(run.evaluation!.best.faces).toBe(12);
  });
});

describe('a run folder in training', () => {
  beforeEach(async () => {
    n++;
    folder = await makeRun(join(base, `training${n}`), { points: [52], ended: false, epochs: 4 });
  });

  it('is read as far as it is', () => {
    const run = readRun(folder);
    expect(run.epochs).toHaveLength(4);
    expect(run.predictions).toEqual([]);
    expect(run.evaluation).toBeUndefined();
  });

  it('may have a last line that is not whole yet', () => {
    appendFileSync(join(folder, 'metrics.jsonl'), '{"epoch": 5, "trainL');
    expect(readRun(folder).epochs).toHaveLength(4);
  });

  it('may have epochs twice, of which the later line counts', () => {
    change('metrics.jsonl', (text) => `${text + text.split('\n')[2]!.replace(/"seconds":[\d.]+/, '"seconds":99')}\n`);
    const { epochs } = readRun(folder);
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
    expect(epochs[2]!.seconds).toBe(99);
  });

  it('may have diverged: JSON holds null then', () => {
    change('metrics.jsonl', (text) => text.replace(/"trainLoss":[\d.e-]+/, '"trainLoss":null'));
    expect(readRun(folder).epochs[0]!.trainLoss).toBeNaN();
  });

  it('names file, line and value of a broken epoch', () => {
    change('metrics.jsonl', (text) => text.replace('"epoch":2', '"epoch":"two"'));
    expect(complaint()).toBe(`metrics.jsonl:2: 'epoch' expected number, not "two"`);
    change('metrics.jsonl', (text) => text.replace('{"epoch":"two"', '{"epoch":'));
    expect(complaint()).toMatch(/^metrics.jsonl:2: not JSON/);
  });

  it('names the missing setting', () => {
    change('recipe.json', (text) => text.replace('"machine"', '"box"'));
    expect(complaint()).toBe("recipe.json: 'machine' expected string, it is missing");
    rmSync(join(folder, 'recipe.json'));
    expect(complaint()).toContain('is no run folder');
  });
});

describe('predictions', () => {
  beforeEach(async () => {
    n++;
    folder = await makeRun(join(base, `predictions${n}`), { points: [52], people: 1 });
  });

  it('that are no numbers are named by line and column', () => {
    change('predictions.csv', (text) => text.replace(/(33-2m,.*),[\d.]+$/m, '$1,oops'));
    expect(complaint()).toBe("predictions.csv:3: 'ty0' must be a number, not 'oops'");
  });

  it('lack a column', () => {
    change('predictions.csv', (text) => text.replace(',ty0', ',y'));
    expect(complaint()).toContain("predictions.csv:1: the column 'ty0' is missing");
  });

  it('are cut short', () => {
    change('predictions.csv', (text) => text.slice(0, -40));
    expect(complaint()).toMatch(/^predictions.csv:\d+: /);
  });

  it('may have no normalising distance', () => {
    change('predictions.csv', (text) => text.replace(/^(33-1m,[^,]*,[^,]*,[^,]*),[^,]*/m, '$1,'));
    expect(readRun(folder).predictions.map(({ nme }) => nme === undefined)).toEqual([true, ...Array(5).fill(false)]);
  });
});

describe('the learnt points', () => {
  it('keep the contours between them', () => {
    const { names, contours } = learntPoints(madeMarkup, [0, 1, 2, 13, 14, 15, 16, 17, 18, 19, 20, 52]);
    expect(names).toHaveLength(12);
    expect(contours).toEqual([
      { name: 'jaw', points: [0, 1, 2], closed: false },
      { name: 'right eye', points: [3, 4, 5, 6, 7, 8, 9, 10], closed: true },
    ]);
  });
});
