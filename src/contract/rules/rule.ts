/**
 * Rules of the contract: functions from what a chart makes to what is wrong with it.
 *
 * @module
 */
import type { Path } from '../../stack/files/document/source-document.js';
import type { LoadedComponent } from '../../stack/plan/plan.js';
import { type Container, type Rendered, type RenderedPod, containersOf, nameOf } from '../rendered.js';

/** A component together with what its chart makes. */
export interface Subject {
  readonly component: LoadedComponent;
  readonly objects: readonly Rendered[];
}

/** One thing that is wrong, and where: in an object that the chart makes, or in `component.yaml`. */
export interface Violation {
  /** What is wrong. */
  readonly message: string;
  readonly object?: Rendered;
  /** Name of the container, if it is one's. */
  readonly container?: string;
  /** Place in `component.yaml`. */
  readonly definition?: Path;
  /** File in the component's folder. */
  readonly file?: string;
  readonly line?: number;
}

/** Every violation; none if the rule holds. */
export type Rule = (subject: Subject) => Violation[];

/** The object's violation, if it is one. */
export function unless(holds: boolean, object: Rendered, message: string): Violation[] {
  return holds ? [] : [{ message, object }];
}

/** What is wrong with each container of a pod, init containers included. */
export function ofContainers(
  pod: RenderedPod,
  messages: (container: Container) => readonly (string | false)[],
): Violation[] {
  return containersOf(pod).flatMap((container) =>
    messages(container)
      .filter((message) => message !== false)
      .map((message) => ({ message, object: pod.owner, container: container.name })),
  );
}

/** `StatefulSet/kafka: broker: has no limit of memory`. */
export function describeViolation({ message, object, container }: Violation): string {
  return [...(object ? [nameOf(object)] : []), ...(container === undefined ? [] : [container]), message].join(
    ': ',
  );
}
