import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { ExitCode } from '../../src/errors.js';
import { dockerfileFault } from '../../src/images/dockerfile-fault.js';

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-dockerfile-'));
  file = join(folder, 'Dockerfile');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const beginning = 'ARG BASE\nFROM ${BASE}\nENV A=b\n# comment\n';

// What buildah said to each.
test.each([
  {
    instruction: String.raw`RUN echo hello \
    && ls /nope "$A" \
    && echo done`,
    said: [
      'STEP 3/3: RUN echo hello     && ls /nope "$A"     && echo done',
      'hello',
      "ls: cannot access '/nope': No such file or directory",
      'subprocess exited with status 2',
      'Error: building at STEP "RUN echo hello     && ls /nope "$A"     && echo done": exit status 2',
    ],
    message:
      '`RUN echo hello && ls /nope "$A" && echo done` failed: ls: cannot access \'/nope\': No such file or directory',
  },
  {
    instruction: 'RUN apt-get install -y nopackage-x',
    said: [
      'STEP 3/3: RUN apt-get install -y nopackage-x',
      'Reading package lists...',
      'E: Unable to locate package nopackage-x',
      'subprocess exited with status 100',
      'Error: building at STEP "RUN apt-get install -y nopackage-x": exit status 100',
    ],
    message: '`RUN apt-get install -y nopackage-x` failed: E: Unable to locate package nopackage-x',
  },
  {
    instruction: 'RUNN foo',
    said: [
      'STEP 3/3: RUNN foo',
      'Error: building at STEP "RUNN ": Build error: Unknown instruction: "RUNN" &imagebuilder.Step{Env:[]string{"PATH=/bin"}, Command:"runn"}',
    ],
    message: '`RUNN` failed: Unknown instruction: "RUNN"',
  },
  {
    instruction: 'COPY nope /x',
    said: [
      'STEP 3/3: COPY nope /x',
      'Error: building at STEP "COPY nope /x": checking on sources under "/tmp": copier: stat: "/nope": no such file or directory',
    ],
    message:
      '`COPY nope /x` failed: checking on sources under "/tmp": copier: stat: "/nope": no such file or directory',
  },
])('$instruction', async ({ instruction, said, message }) => {
  await writeFile(file, `${beginning}${instruction}\n`);
  expect(await dockerfileFault(file, ['STEP 1/3: FROM x', ...said], new Error('exit 1'))).toMatchObject({
    message,
    where: `${file}:5`,
    exitCode: ExitCode.usage,
  });
});

test.each([
  [
    'no network',
    [
      "W: Failed to fetch http://deb/x  Temporary failure resolving 'deb'",
      'Error: building at STEP "RUN apt-get update": exit status 100',
    ],
  ],
  [
    'a full disk',
    ['write /x: no space left on device', 'Error: building at STEP "RUN make": exit status 1'],
  ],
  ['a machine that fails', ['Error: mounting new container: overlay is not supported']],
])('is not the Dockerfile’s: %s', async (_, said) => {
  await writeFile(file, beginning);
  expect(await dockerfileFault(file, said, new Error('exit 1'))).toBeUndefined();
});
