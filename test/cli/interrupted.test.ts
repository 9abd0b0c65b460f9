import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeImm } from '../made-imm.js';
import { temporaryFolder } from '../temporary.js';
import { fiducial, start, succeed, writeSmallRecipe } from './command-line.js';

const base = temporaryFolder();
const data = join(base, 'imm');
const recipe = join(base, 'small.yaml');

beforeAll(async () => {
  await makeImm(data, { people: 6, seed: 1 });
  writeSmallRecipe(recipe);
});

async function until(what: string, condition: () => boolean): Promise<void> {
  const began = performance.now();
  while (!condition()) {
    if (performance.now() - began > 20_000) throw new Error(`waited in vain for ${what}`);
    await wait(3);
  }
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('fiducial train', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('ends with 130 on %s, and goes on to the same weights', async (signal) => {
    const out = join(base, signal);
    const args = ['train', recipe, '--data', data, '--no-report', '--set', 'train.epochs=40'];
    const { child, end } = start([...args, '--out', out]);
    await until('the first epoch', () => existsSync(join(out, 'metrics.jsonl')));
    child.kill(signal);
    const { code, stdout, stderr } = await end;
    expect(code).toBe(130);
    expect(stdout).toBe('');
    expect(stderr).toContain(`go on with: fiducial train ${recipe} --out ${out} --resume`);
    expect(existsSync(join(out, 'checkpoint', 'checkpoint.bin'))).toBe(true);
    expect(existsSync(join(out, 'evaluation.json'))).toBe(false);

    succeed([...args, '--out', out, '--resume']);
    const unbroken = join(base, 'unbroken');
    if (!existsSync(unbroken)) succeed([...args, '--out', unbroken]);
    for (const name of ['model.onnx', 'last.onnx']) {
      expect(readFileSync(join(out, name)).equals(readFileSync(join(unbroken, name))), name).toBe(true);
    }
  });
});

describe('fiducial sweep', () => {
  const out = join(base, 'sweep');
  const args = ['sweep', recipe, '--data', data, '--out', out, '--over', 'train.learningRate=1e-2,1e-4'];
  args.push('--over', 'model.channels=2,4', '--set', 'train.epochs=25', '--parallel', '2');
  const runs = ['run-1', 'run-2', 'run-3', 'run-4'];

  // Elsewhere than in /proc there is no simple way to find a process's children.
  it.runIf(process.platform === 'linux')(
    'that is killed leaves no training behind, goes on where it was, and compares all runs',
    async () => {
      const { child, end } = start(args);
      await until('the first epoch', () => existsSync(join(out, 'run-1', 'metrics.jsonl')));
      const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')
        .trim()
        .split(' ')
        .map(Number);
      expect(children.length).toBeGreaterThan(0);
      child.kill('SIGKILL');
      await end;
      await until('the trainings to stop', () => !children.some(isRunning));
      expect(existsSync(join(out, 'report.html'))).toBe(false);
      // Stopped by themselves, each with a checkpoint, and not because they had come to their end.
      const holds = (name: string, file: string) => existsSync(join(out, name, file));
      const stopped = runs.filter((name) => holds(name, 'recipe.json') && !holds(name, 'evaluation.json'));
      expect(stopped.length).toBeGreaterThan(0);
      for (const name of stopped) expect(holds(name, 'checkpoint/checkpoint.bin'), name).toBe(true);

      const table = succeed(args);
      expect(table).toContain('report: ');
      expect(readdirSync(out).sort()).toEqual(
        ['figures', 'report.html', ...runs, 'sweep.json', 'table.csv', 'table.md'].sort(),
      );
      const rows = readFileSync(join(out, 'table.csv'), 'utf8').trim().split('\n');
      expect(rows.length).toBe(5);
      for (const name of runs) {
        expect(existsSync(join(out, name, 'evaluation.json'))).toBe(true);
        expect(
          readFileSync(join(out, name, 'metrics.jsonl'), 'utf8')
            .trim()
            .split('\n').length,
        ).toBe(25);
      }
      const figures = readdirSync(join(out, 'figures'));
      expect(figures).toEqual(expect.arrayContaining(['cumulative-error.svg', 'cumulative-error.png']));
      expect(figures.some((name) => name.startsWith('hyperparameters-'))).toBe(true);
    },
    60_000,
  );

  it('refuses another sweep in its folder', () => {
    const { code, stderr } = fiducial([...args, '--seeds', '2']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^fiducial: .*holds another sweep[^\n]*\n$/);
  });
});
