/** @module */
import { ExitCode, UserError } from '../../errors.js';
import { ensureTemporalBinary } from '../../local/binaries.js';
import type { Paths } from '../../paths.js';
import { payloadCodec } from '../../temporal/codec.js';
import { configuredServer } from '../../temporal/configuration.js';
import { connectTemporal, findTemporal } from '../../temporal/connect.js';
import {
  checkPorts,
  deleteDevServer,
  devServerState,
  findDevServer,
  stopDevServer,
} from '../../temporal/dev-server.js';
import type { TemporalPorts } from '../../temporal/ports.js';
import { answers } from '../../temporal/reach.js';
import type { Finding, Temporal } from './platform.js';

export function makeTemporal(paths: Paths, environment: NodeJS.ProcessEnv): Temporal {
  const binary = ensureTemporalBinary.bind(undefined, paths);
  return {
    checkPorts: (ports) => checkWantedPorts(paths, environment, ports),
    connect: (ports, report) => connectTemporal(paths, report, { ports, binary }, environment),
    find: () => findTemporal(paths, environment),
    findings: async () => [
      configuredServer(environment) === undefined
        ? await localFinding(paths)
        : await configuredFinding(paths, environment),
      ...(await keyFindings(environment)),
    ],
    stop: () => stopDevServer(paths),
    delete: () => deleteDevServer(paths),
  };
}

async function checkWantedPorts(
  paths: Paths,
  environment: NodeJS.ProcessEnv,
  ports: Partial<TemporalPorts>,
): Promise<void> {
  const configured = configuredServer(environment);
  if (configured === undefined) {
    return checkPorts(paths, ports);
  }
  if (Object.keys(ports).length > 0) {
    throw new UserError({
      message: 'Ports apply to the local Temporal server only, and another server is configured',
      where: `${configured.connectionOptions.address}, from Temporal's environment configuration`,
      unchanged: 'Nothing was touched',
      next: 'Leave out --temporal-port and --ui-port, or unset TEMPORAL_ADDRESS and TEMPORAL_PROFILE',
      exitCode: ExitCode.usage,
    });
  }
}

async function localFinding(paths: Paths): Promise<Finding> {
  const name = 'local server';
  const server = await findDevServer(paths);
  if (server === undefined) {
    const { status } = await devServerState(paths);
    return status === 'dead'
      ? { name, state: 'bad', detail: 'it died', next: '`bigdata up` starts it again; its history is kept' }
      : { name, state: 'off', detail: 'does not run' };
  }
  return (await answers(server.address))
    ? { name, state: 'good', detail: `${server.address}, Web UI ${server.webUi}, process ${server.pid}` }
    : {
        name,
        state: 'bad',
        detail: `process ${server.pid} does not answer on ${server.address}`,
        next: `read ${server.logFile}; \`bigdata down\` and \`bigdata up\` restart it`,
      };
}

/** Of the key that encrypts payloads, if one is named. */
async function keyFindings(environment: NodeJS.ProcessEnv): Promise<Finding[]> {
  const name = 'encryption key';
  try {
    const codec = await payloadCodec(environment);
    return codec === undefined ? [] : [{ name, state: 'good', detail: 'can be used' }];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [
      {
        name,
        state: 'bad',
        detail: `${error.message}${error.where ? ` (${error.where})` : ''}`,
        next: error.next,
      },
    ];
  }
}

async function configuredFinding(paths: Paths, environment: NodeJS.ProcessEnv): Promise<Finding> {
  const name = 'configured server';
  try {
    const server = await findTemporal(paths, environment);
    await server?.close();
    return { name, state: 'good', detail: `${server?.address}, namespace ${server?.namespace}` };
  } catch (error) {
    if (error instanceof UserError) {
      return { name, state: 'bad', detail: error.message, next: error.next };
    }
    throw error;
  }
}
