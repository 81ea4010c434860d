/**
 * Values that must not become smaller, because data goes with what they take away. Pure.
 *
 * @module
 */
import type { DataPolicy, Plan, Values } from './plan-types.js';
import { valueAt } from './values/value-at.js';

/** A value that becomes smaller, and what goes with it. */
export interface Shrink {
  /** `datanode.replicas` */
  readonly value: string;
  readonly from: number;
  readonly to: number;
  readonly loses: string;
  readonly next: string;
}

/**
 * Which values of a component become smaller that must not.
 *
 * @param installed - its values as they are installed, the chart's defaults among them
 * @param planned - the same as they are planned
 */
export function shrinksOf({ shrinks = [] }: DataPolicy, installed: Values, planned: Values): Shrink[] {
  return shrinks.flatMap(({ value, loses, next }) => {
    const [from, to] = [valueAt(installed, value), valueAt(planned, value)];
    return typeof from === 'number' && typeof to === 'number' && to < from
      ? [{ value, from, to, loses, next }]
      : [];
  });
}

/** For people, without the component's name. */
export function describeShrink({ value, from, to, loses }: Shrink): string {
  return `${value} goes from ${from} to ${to}, which loses ${loses}`;
}

/** The same plan, in which the data of some components may be lost. */
export function acceptLoss(plan: Plan, components: readonly string[]): Plan {
  return {
    ...plan,
    components: plan.components.map((component) => {
      if (!components.includes(component.name)) return component;
      const { shrinks: _, ...data } = component.data;
      return { ...component, data };
    }),
  };
}
