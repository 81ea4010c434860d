/** @module */
import type { Paths } from '../../paths.js';
import { makeChanges } from './changes.js';
import { makeClusters } from './clusters.js';
import { makeImages } from './images.js';
import { makeMachine } from './machine.js';
import { makeContract } from './contract.js';
import { makeLocalNode } from './node.js';
import type { Platform } from './platform.js';
import { makePrograms } from './programs.js';
import { makeStacks } from './stacks.js';
import { makeTemporal } from './temporal.js';
import { tidyState } from './tidy.js';
import { makeCollectors } from './collectors.js';
import { makeWorkers } from './workers.js';

/** The real platform of the clone. */
export function makePlatform(paths: Paths, environment: NodeJS.ProcessEnv = process.env): Platform {
  return {
    paths,
    stacks: makeStacks(paths),
    machine: makeMachine(paths),
    node: makeLocalNode(paths, environment),
    images: makeImages(paths),
    temporal: makeTemporal(paths, environment),
    workers: makeWorkers(paths, environment),
    clusters: makeClusters(environment),
    changes: makeChanges(paths, environment),
    contract: makeContract(paths, environment),
    programs: makePrograms(paths, environment),
    collectors: makeCollectors(paths, environment),
    tidy: () => tidyState(paths),
  };
}
