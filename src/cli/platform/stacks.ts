/** @module */
import { join } from 'node:path';

import { imageReference } from '../../images/reference.js';
import type { ImageOptions } from '../../images/reference.js';
import type { Paths } from '../../paths.js';
import { loadStackIdentity } from '../../stack/files/load-stack.js';
import { emptyPlan, loadStack, makePlan, overrideValues } from '../../stack/plan/plan.js';
import type { PlanTarget, Stack } from '../../stack/plan/plan.js';
import type { Stacks, Target } from './platform.js';
import { ValidValues } from './valid-values.js';

export function makeStacks(paths: Paths): Stacks {
  return {
    async plan(file, kind, overrides = []) {
      const stack = overrides.reduce(
        (read, { component, assignments }) => overrideValues(read, component, assignments),
        await readStack(paths, file),
      );
      const images = imageOptions(paths, stack, kind);
      const known = await ValidValues.load(paths);
      const plan = await makePlan(stack, planTarget(paths, kind), {
        known,
        imageReference: (component) => imageReference(component, images),
      });
      await known.save();
      return plan;
    },
    empty: async (file) => emptyPlan(await loadStackIdentity(file)),
  };
}

/** The stack file with the built-in components and those that it names. */
export function readStack(paths: Paths, file: string): Promise<Stack> {
  return loadStack(file, { builtInComponents: join(paths.root, 'components') });
}

/** Images for the local cluster never leave this machine, so the registry is not part of their names there. */
export function imageOptions(paths: Paths, stack: Stack, kind: Target['kind']): ImageOptions {
  return {
    bases: join(paths.root, 'images'),
    components: stack.components.map(({ component }) => component),
    planned: new Map(),
    ...(kind === 'local' || stack.registry === undefined ? {} : { registry: stack.registry }),
  };
}

function planTarget(paths: Paths, kind: Target['kind']): PlanTarget {
  return kind === 'local' ? { kind, stateFolder: paths.state } : { kind };
}
