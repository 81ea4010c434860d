import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';

import { makeProgram } from '../../../src/cli/program/program.js';

function program(): {
  readonly root: Command;
  readonly dispatched: string[];
  /** Stack files of what was dispatched. */
  readonly files: string[];
} {
  const dispatched: string[] = [];
  const files: string[] = [];
  const root = makeProgram({
    version: '1.2.3',
    defaultFile: '/clone/stack.yaml',
    dispatch: async ({ output, file }) => {
      dispatched.push(output);
      files.push(file ?? '');
    },
    write: () => {},
  });
  for (const command of [root, ...leaves(root)]) {
    command.exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
  }
  return { root, dispatched, files };
}

/** What commands cannot do without. */
const required: Readonly<Record<string, readonly string[]>> = {
  replay: ['history.json'],
  retry: ['kafka'],
  skip: ['kafka'],
  rollback: ['kafka'],
  rotate: ['minio'],
  'component new': ['queue'],
  'component check': ['components/queue'],
  'component test': ['components/queue'],
  connect: ['minio'],
  logs: ['kafka'],
  history: ['kafka'],
  completion: ['bash'],
};

function leaves(root: Command): Command[] {
  return root.commands.flatMap((command) => [command, ...command.commands]);
}

/** What is for programs alone. */
const hidden = new Set(['complete']);

const names = leaves(program().root)
  .filter((command) => command.commands.length === 0 && !hidden.has(command.name()))
  .map((command) =>
    command.parent?.name() === 'bigdata' ? [command.name()] : [command.parent?.name() ?? '', command.name()],
  );

test('has all commands', () => {
  const wanted =
    'up plan status retry skip abort verify rollback rotate watch uninstall endpoints connect down doctor worker codec-server support-bundle explain replay';
  expect(names.map((parts) => parts.join(' '))).toEqual([
    ...wanted.split(' '),
    'images build',
    'images push',
    'component new',
    'component check',
    'component test',
    'logs',
    'history',
    'kubectl',
    'helm',
    'list',
    'completion',
    'version',
  ]);
});

describe.each(names)('%s %s', (...parts) => {
  const path = parts.filter((part) => part !== undefined);
  const args = [...path, ...(required[path.join(' ')] ?? [])];

  test('has help with examples', () => {
    const { root } = program();
    const command = leaves(root).find((each) => each.name() === path.at(-1));
    let help = '';
    command?.configureOutput({ writeOut: (text) => (help += text) });
    command?.outputHelp();
    expect(help).toContain('Examples:');
    expect(help).toContain('--output <format>');
    expect(help.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('prints text or JSON', async () => {
    const { root, dispatched } = program();
    await root.parseAsync(['node', 'bigdata', ...args]);
    await root.parseAsync(['node', 'bigdata', ...args, '--output', 'json']);
    expect(dispatched).toEqual(['text', 'json']);
  });
});

test.each([
  ['an unknown command', ['upp']],
  ['an unknown option', ['up', '--fast']],
  ['an unknown output', ['status', '-o', 'xml']],
  ['a port that is none', ['up', '--temporal-port', '70000']],
  ['an argument too many', ['plan', 'kafka']],
  ['an argument too few', ['replay']],
  ['a decision about nothing', ['retry']],
  ['an unknown way to fail', ['up', '--on-failure', 'ignore']],
])('refuses %s', async (_, args) => {
  const { root, dispatched } = program();
  await expect(root.parseAsync(['node', 'bigdata', ...args])).rejects.toMatchObject({ exitCode: 1 });
  expect(dispatched).toEqual([]);
});

async function parse(root: Command, ...args: string[]): Promise<void> {
  await root.parseAsync(['node', 'bigdata', ...args]);
}

describe('an environment', () => {
  test('is a stack file over the others, in the folder of the first', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bigdata-environment-'));
    const [base, over, more] = ['base.yaml', 'base.prod.yaml', 'more.yaml'].map((each) =>
      join(folder, each),
    ) as [string, string, string];
    await Promise.all([base, over, more].map((file) => writeFile(file, '{}')));
    const { root, files } = program();
    await parse(root, 'plan', '-e', 'prod', '-f', base, '-f', more);
    expect(files).toEqual([[base, more, over].join(delimiter)]);
    await expect(parse(root, 'plan', '-f', base, '-e', 'test')).rejects.toThrow(
      `there is no environment 'test': no file ${join(folder, 'base.test.yaml')} (there is prod)`,
    );
    await rm(folder, { recursive: true });
  });

  test('of nobody’s is refused', async () => {
    await expect(parse(program().root, 'status', '-e', 'prod')).rejects.toThrow(
      "there is no environment 'prod': no file /clone/stack.prod.yaml",
    );
  });
});
