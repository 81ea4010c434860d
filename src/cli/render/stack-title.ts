/** @module */
import type { Plan } from '../../stack/plan/plan-types.js';
import type { Style } from './style.js';

/** `bigdata in namespace bigdata, profile small`. */
export function stackTitle({ stack, namespace, profile }: Plan, style: Style): string {
  const title = `${style.strong(stack)} in namespace ${namespace}`;
  return profile === undefined ? title : `${title}, profile ${profile}`;
}

/** The stack, and which part of it is meant: `bigdata`, `bigdata (kafka, minio)`. */
export function partTitle({ stack }: Pick<Plan, 'stack'>, only: readonly string[]): string {
  return only.length === 0 ? stack : `${stack} (${only.join(', ')})`;
}
