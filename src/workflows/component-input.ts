/** @module */
import type { ReadyReference, ReleaseReference } from '../activities/contract.js';
import type { RollbackInput } from '../stack/operation/operation-types.js';
import type { PlannedComponent, TestHooks } from '../stack/plan/plan-types.js';

/** What the workflow of one component takes. */
export interface ComponentInput {
  readonly stack: string;
  readonly namespace: string;
  readonly component: PlannedComponent;
}

export interface InstallComponentInput extends ComponentInput {
  /** True if it is to become what was proven of it before, should it fail. */
  readonly rollBack?: boolean;
  /** True if what another hand changed since it was proven is left as it is. */
  readonly keepDrift?: boolean;
  /** True if what of it belongs to no stack is taken over. */
  readonly adopt?: boolean;
  /** Where it goes back to by Helm's rollback, and from what, instead of being upgraded. */
  readonly back?: Pick<RollbackInput, 'revision' | 'from'>;
}

export interface VerifyComponentInput extends ComponentInput {
  readonly disruptive: boolean;
}

export interface UninstallComponentInput extends ComponentInput {
  readonly deleteData: boolean;
}

/** How activities are told which release is meant. */
export function releaseOf({ stack, namespace, component }: ComponentInput): ReleaseReference {
  return { stack, namespace, component: component.name, release: component.release };
}

/** The same, with what its objects must say of themselves to be ready. */
export function readyReferenceOf(input: ComponentInput): ReadyReference {
  const { ready } = input.component;
  return { ...releaseOf(input), ...(ready === undefined ? {} : { objects: ready }) };
}

/** What an installed component and its proof are compared with. */
export function identityOf({
  digest,
  dependenciesDigest,
}: PlannedComponent): Pick<PlannedComponent, 'digest' | 'dependenciesDigest'> {
  return { digest, ...(dependenciesDigest === undefined ? {} : { dependenciesDigest }) };
}

/** What proves a component, and with which records. */
export function hooksOf({ checks, sentinel }: PlannedComponent): TestHooks {
  return { checks, ...(sentinel ? { sentinel } : {}) };
}
