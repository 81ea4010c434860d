/**
 * How large a plan may be: what `npm run bench:history` shows to work.
 *
 * @module
 */
import { type Issue, StackFileError } from '../files/document/issue.js';
import type { SourceDocument } from '../files/document/source-document.js';
import { bytesOf, maximumPieceBytes } from '../operation/payloads.js';
import type { Plan } from './plan-types.js';

/** Of so many, the operation's own history has some 2,000 to 4,500 events; Temporal ends it at 51,200. */
const maximumComponents = 500;

/** In pieces, all of it stands in one event, which Temporal takes up to 2 MB. */
const maximumPlanBytes = 1_500_000;

const smaller = 'move large values into ConfigMaps of your own, and name those';

/** @throws {@link StackFileError} if Temporal could not hold an operation with this plan */
export function refuseLargePlan(plan: Plan, source: SourceDocument): void {
  const issues = plan.components.flatMap((component): Issue[] => {
    const bytes = bytesOf(component);
    const message = `the plan of ${component.name} has ${bytes} bytes, and ${maximumPieceBytes} are allowed`;
    return bytes > maximumPieceBytes
      ? [source.issueAtKey(['components', component.name], message, smaller)]
      : [];
  });
  const { length } = plan.components;
  if (length > maximumComponents) {
    const message = `the stack has ${length} components, and ${maximumComponents} are allowed`;
    const hint = 'divide it into stacks with a namespace each';
    issues.push(source.issueAtKey(['components'], message, hint));
  }
  const bytes = bytesOf(plan);
  if (bytes > maximumPlanBytes) {
    const message = `the plan has ${bytes} bytes, and ${maximumPlanBytes} are allowed`;
    issues.push(source.issueAtKey(['components'], message, smaller));
  }
  if (issues.length > 0) {
    throw new StackFileError(issues);
  }
}
