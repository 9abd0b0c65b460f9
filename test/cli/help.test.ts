import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { fiducial, mainFile, succeed } from './command-line.js';

const commands = [...succeed(['--help']).matchAll(/^ {2}(\w+) \[options\]/gm)].map(([, name]) => name!);

describe('help', { timeout: 120_000 }, () => {
  it('is what one gets who asks nothing: all commands, with examples, and code 0', () => {
    expect(commands.length).toBeGreaterThanOrEqual(9);
    const help = { code: 0, stdout: succeed(['--help']), stderr: '' };
    expect(help.stdout).toMatch(/Examples:\n {2}fiducial /);
    expect(help.stdout).toContain('Exit code 0');
    expect(fiducial([])).toEqual(help);
    expect(fiducial(['help'])).toEqual(help);
  });

  it.each(commands)('of %s says what it takes, and shows how', (command) => {
    const { code, stdout, stderr } = fiducial([command, '--help']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`^Usage: fiducial ${command} \\[options\\] .*\n\n[A-Z]`));
    expect(stdout).toMatch(new RegExp(`\nExamples?:\n {2}fiducial ${command} `));
    // Each option says what it is for.
    for (const [line] of stdout.matchAll(/^ {2}-.*$/gm)) expect(line).toMatch(/ {2,}\S/);
  });

  it('of the version is a number', () => {
    expect(succeed(['--version'])).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('that its reader does not read to the end is no fault', async () => {
    const child = spawn(process.execPath, [mainFile, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    const [code] = await once(child, 'close');
    expect([code, said]).toEqual([0, '']);
  });
});

describe('wrong usage ends with 2, and one line that says where help is', { timeout: 120_000 }, () => {
  it.each<[string, string[], RegExp]>([
    ['a mistyped command', ['trian', 'nose'], /unknown command 'trian' \(Did you mean train\?\) \(fiducial --help/],
    ['an unknown option', ['--frobnicate'], /unknown option '--frobnicate' \(fiducial --help/],
    ['a command without its argument', ['train'], /missing required argument 'recipe' \(fiducial train --help/],
    ['an unknown option of a command', ['report', 'a', '--csv'], /unknown option '--csv' \(fiducial report --help/],
    [
      'a choice that there is not',
      ['convert', 'a', 'b', '--to', 'xls'],
      /'xls' is invalid. Allowed choices are dlib-xml/,
    ],
  ])('%s', (_, args, message) => {
    const { code, stdout, stderr } = fiducial(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^fiducial: [^\n]+\n$/);
    expect(stderr).toMatch(message);
  });
});
