/**
 * Which two ports of the loopback interface the local Temporal server listens on.
 *
 * @module
 */
import { ExitCode, UserError } from '../errors.js';
import { type IsFree, isPortFree, refuseTakenPort } from '../processes/ports.js';

export interface TemporalPorts {
  /** gRPC: clients and workers. */
  readonly port: number;
  /** The Web UI. */
  readonly uiPort: number;
}

/** The ports that everybody who knows Temporal looks at first. */
export const defaultPorts: TemporalPorts = { port: 7233, uiPort: 8233 };

/** Pairs that are tried after the default ones. */
const pairsTried = 100;

/**
 * Chooses ports: the wanted ones, or else the remembered ones, or else the first free pair.
 *
 * @param wanted - ports that a person asked for: taken or refused, never replaced
 * @param remembered - ports of the last start, so that links stay the same
 * @throws UserError if a wanted port is taken
 */
export async function choosePorts(
  wanted: Partial<TemporalPorts>,
  remembered: TemporalPorts | undefined,
  isFree: IsFree = isPortFree,
): Promise<TemporalPorts> {
  await refuseTakenPorts(wanted, isFree);
  const candidates = remembered === undefined ? pairs() : [remembered, ...pairs()];
  for (const candidate of candidates) {
    const pair = { port: wanted.port ?? candidate.port, uiPort: wanted.uiPort ?? candidate.uiPort };
    if (pair.port !== pair.uiPort && (await isFree(pair.port)) && (await isFree(pair.uiPort))) {
      return pair;
    }
  }
  throw new UserError({
    message: `No free pair of ports for Temporal between ${defaultPorts.port} and ${defaultPorts.uiPort + pairsTried}`,
    unchanged: 'Nothing was started',
    next: 'Name two free ports with --temporal-port and --ui-port',
    exitCode: ExitCode.environment,
  });
}

/** @throws UserError that says who has a wanted port */
export async function refuseTakenPorts(
  wanted: Partial<TemporalPorts>,
  isFree: IsFree = isPortFree,
): Promise<void> {
  await refuseTakenPort('--temporal-port', wanted.port, isFree);
  await refuseTakenPort('--ui-port', wanted.uiPort, isFree);
}

function pairs(): TemporalPorts[] {
  return Array.from({ length: pairsTried }, (_, step) => ({
    port: defaultPorts.port + step,
    uiPort: defaultPorts.uiPort + step,
  }));
}
