/** `bigdata … | head`: the program itself, whose reader has read enough. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { clonePaths } from '../../src/paths.js';

it.each([['explain'], ['explain', 'ImagePull', '-o', 'json']])(
  'ends as it would have: %s',
  async (...args) => {
    const program = join(clonePaths().root, 'dist', 'bigdata.js');
    const command = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    command.stdout.destroy();
    let said = '';
    command.stderr.on('data', (text: Buffer) => (said += text.toString()));
    const [exitCode] = (await once(command, 'close')) as [number | null];
    expect({ exitCode, said }).toEqual({ exitCode: 0, said: '' });
  },
);
