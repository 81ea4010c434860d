/** @module */
import { suggest } from '../files/document/nearest.js';
import { StackFileError } from '../files/document/issue.js';
import type { Stack } from '../files/load-stack.js';
import type { Values } from './plan-types.js';
import { findPlainValueIssues } from '../files/stack-issues.js';
import { parseAssignment } from './values/assignments.js';

/**
 * The stack as if its file said more of one component's values.
 *
 * @param assignments - `KEY=VALUE` each, a later one over an earlier one
 * @throws {@link StackFileError} if there is no such component, or for a value that may not be set in this way
 */
export function overrideValues(stack: Stack, name: string, assignments: readonly string[]): Stack {
  const overrides = assignments
    .map((text) => parseAssignment(text, name))
    .map((source) => {
      const values = source.data as Values;
      const issues = findPlainValueIssues(source, [], values);
      if (issues.length > 0) {
        throw new StackFileError(issues);
      }
      return { source, values };
    });
  if (!stack.components.some(({ component }) => component.name === name)) {
    const known = stack.components.map(({ component }) => component.name);
    const message = `the stack has no component ${name}`;
    throw new StackFileError([stack.source.issueAtKey(['components'], message, suggest(name, known))]);
  }
  const components = stack.components.map((each) =>
    each.component.name === name ? { ...each, overrides: [...(each.overrides ?? []), ...overrides] } : each,
  );
  return { ...stack, components };
}
