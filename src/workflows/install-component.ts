/** @module */
import type { Inspection } from '../activities/contract.js';
import type { ComponentState } from '../stack/operation-types.js';
import { removalOf } from '../stack/strays.js';
import { applying, lasting, quick } from './activities.js';
import { type ComponentInput, identityOf, releaseOf } from './component-input.js';
import { runComponent } from './component-progress.js';

/** Installs one component and proves it; leaves one alone that is proven as planned. */
export async function installComponent(input: ComponentInput): Promise<ComponentState> {
  const { stack, namespace, component } = input;
  const { name, version, timeouts, checks } = component;
  const release = releaseOf(input);
  const identity = identityOf(component);

  return runComponent(name, 'inspecting', async (progress) => {
    const found = await quick(`look at ${name}`).inspectComponent({ ...release, ...identity });
    if (found.state === 'same-proven') {
      progress.end('proven', {
        unchanged: true,
        checks: found.checks,
        detail: `proven since ${found.provenAt}`,
      });
      return;
    }

    if (found.state !== 'same-ungrounded') {
      progress.enter('applying', whyApply(found));
      await applying(`helm upgrade --install ${name}`).applyComponent({ stack, namespace, component });
    }

    progress.enter('readying');
    await lasting(timeouts.ready, `wait until ${name} is ready`).awaitReady({
      ...release,
      timeout: timeouts.ready,
    });

    for (const check of checks) {
      progress.enter('checking', check.name);
      const checking = lasting(timeouts.check, `check ${check.name}: ${check.proves}`);
      progress.prove(await checking.runCheck({ ...release, check, timeout: timeouts.check }));
    }

    await quick(`record the proof of ${name}`).recordProof({
      ...release,
      ...identity,
      version,
      checks: progress.state.checks,
      removal: removalOf(component),
    });
    progress.end('proven');
  });
}

function whyApply(found: Inspection): string {
  switch (found.state) {
    case 'same-unproven':
      return `installed as planned, but without ${found.missing}`;
    case 'pending':
      return `an earlier operation left it ${found.status}`;
    case 'different':
      return found.status === 'deployed'
        ? 'another plan is installed'
        : `the last change ended ${found.status}`;
    default:
      return found.state === 'absent' ? 'not installed' : '';
  }
}
