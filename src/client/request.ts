/** @module */
import type {
  InstallInput,
  OperationKind,
  RollbackInput,
  UninstallInput,
  VerifyInput,
} from '../stack/operation/operation-types.js';
import { inPieces } from '../stack/operation/payloads.js';
import type { Plan, PlannedComponent } from '../stack/plan/plan-types.js';
import type * as workflows from '../workflows/index.js';

/** What a person asks for. */
export type OperationRequest =
  | { readonly operation: 'install'; readonly input: InstallInput }
  | { readonly operation: 'verify'; readonly input: VerifyInput }
  | { readonly operation: 'rollback'; readonly input: RollbackInput }
  | { readonly operation: 'uninstall'; readonly input: UninstallInput };

/** The functions of the workflows by their names, as types alone: clients need not load their code. */
export type Workflows = typeof workflows;

/** Names of the workflows, by operation. */
export const workflowOf = {
  install: 'installStack',
  verify: 'verifyStack',
  rollback: 'rollBackStack',
  uninstall: 'uninstallStack',
} as const satisfies Record<OperationKind, keyof Workflows>;

/** The workflow of an operation. */
export type OperationWorkflow = Workflows[(typeof workflowOf)[OperationKind]];

/** Arguments of a workflow about a plan: the input, and the components that do not fit into the same payload. */
export function argumentsOf<Input extends { readonly plan: Plan }>(
  input: Input,
): [Input, ...PlannedComponent[][]] {
  const [components, ...more] = inPieces(input.plan.components);
  return [{ ...input, plan: { ...input.plan, components } }, ...more];
}
/** Two requests with the same key ask for the same thing, so that the second can attach to the first. */
export function requestKey(request: OperationRequest): string {
  const { digest } = request.input.plan;
  switch (request.operation) {
    case 'install':
      // What is not said is named as it was before it could be said.
      return [
        `install ${digest}`,
        ...(request.input.unlisted === 'keep' ? ['unlisted=keep'] : []),
        ...(request.input.drift === 'keep' ? ['drift=keep'] : []),
        ...((request.input.adopt ?? []).length > 0 ? [`adopt=${request.input.adopt?.join(',')}`] : []),
      ].join(' ');
    case 'verify':
      return `verify ${digest} disruptive=${request.input.disruptive}`;
    case 'rollback':
      return `rollback ${digest} ${request.input.component}@${request.input.revision}`;
    case 'uninstall':
      return `uninstall ${digest} deleteData=${request.input.deleteData}${request.input.part ? ' part' : ''}`;
  }
}
