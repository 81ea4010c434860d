/**
 * Temporal servers for tests: the time-skipping one from released jars, the dev server from the program's own binary.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { access, chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, makeTelemetryFilterString } from '@temporalio/worker';
import { fetchMaven } from '../../src/images/maven.js';
import { ensureTemporalBinary } from '../../src/local/binaries.js';
import { withLock } from '../../src/local/lock.js';
import { clonePaths } from '../../src/paths.js';
import type { Report } from '../../src/progress.js';

const pom = join(import.meta.dirname, 'test-server', 'pom.xml');

/** Downloads and builds take a while: whoever waits should see for what. */
const report: Report = ({ text }) => process.stderr.write(`${text}\n`);

const paths = clonePaths();

const cache = join(paths.cache, 'test-server');

/** Expected failures are what many of these tests are about: the SDK need not warn of them. */
function muteLogs(): void {
  const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter } } });
}

/** A server on which long timers pass at once. */
export async function startTimeSkippingServer(): Promise<TestWorkflowEnvironment> {
  muteLogs();
  const path = await ensureTestServer();
  const server = { executable: { type: 'existing-path', path } } as const;
  return await started(() => TestWorkflowEnvironment.createTimeSkipping({ server }));
}

/** A real server in memory. */
export async function startDevServer(): Promise<TestWorkflowEnvironment> {
  muteLogs();
  const path = await quietly(await ensureTemporalBinary(paths, report));
  const server = { executable: { type: 'existing-path', path } } as const;
  return await started(() => TestWorkflowEnvironment.createLocal({ server }));
}

/** Starts before one is given up. */
const mostStarts = 10;

/** The SDK gives a server five seconds to start, which are too few on a busy machine, and ends it then. */
async function started(start: () => Promise<TestWorkflowEnvironment>): Promise<TestWorkflowEnvironment> {
  for (let time = 1; ; time += 1) {
    try {
      return await start();
    } catch (error) {
      if (time === mostStarts || !String(error).includes('did not start within')) throw error;
    }
  }
}

/** A script that starts the program with its many words in a file; it greets with a hundred warnings of its parts. */
async function quietly(program: string): Promise<string> {
  const script = join(cache, 'dev-server');
  await mkdir(cache, { recursive: true });
  const unfinished = `${script}.${process.pid}`;
  await writeFile(unfinished, `#!/bin/sh\nexec '${program}' "$@" >'${script}.log' 2>&1\n`, { mode: 0o755 });
  await rename(unfinished, script);
  return script;
}

/** Path of a script that starts the time-skipping server; fetched once a content of its pom. */
export async function ensureTestServer(): Promise<string> {
  const key = createHash('sha256')
    .update(await readFile(pom))
    .digest('hex')
    .slice(0, 12);
  const folder = join(cache, key);
  const script = join(folder, 'start');
  if (await exists(script)) {
    return script;
  }
  return await withLock(
    join(cache, '.lock'),
    'another test run fetches the test server',
    report,
    async () => {
      if (await exists(script)) {
        return script;
      }
      const unfinished = join(cache, `.unfinished-${key}`);
      await rm(unfinished, { recursive: true, force: true });
      await mkdir(unfinished, { recursive: true });
      const jars = join(unfinished, 'jars');
      const work = join(unfinished, 'work');
      await fetchMaven({ pom, output: jars, title: 'the time-skipping Temporal server', work }, report);
      await rm(work, { recursive: true, force: true });
      await writeFile(join(unfinished, 'start'), launcher(folder));
      await chmod(join(unfinished, 'start'), 0o755);
      await rm(folder, { recursive: true, force: true });
      await rename(unfinished, folder);
      return script;
    },
  );
}

function launcher(folder: string): string {
  return [
    '#!/bin/sh',
    `exec java -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '${join(folder, 'jars')}/*' io.temporal.testserver.TestServer "$@"`,
    '',
  ].join('\n');
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
