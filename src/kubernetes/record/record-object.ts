/**
 * The object in which the cluster remembers a component. Pure.
 *
 * @module
 */
import type { KubernetesObject } from '../api/objects.js';
import { Label, managedByUs } from '../releases/releases.js';

/** Texts by keys. */
export interface ComponentRecord {
  /** What it proved. */
  readonly proof?: string;
  /** What it proved before that. */
  readonly earlier?: string;
  /** How it is removed. */
  readonly removal?: string;
}

/** Whose record. */
export interface RecordOwner {
  readonly namespace: string;
  readonly stack: string;
  readonly component: string;
}

/** Name of a component's record. */
export function recordName(component: string): string {
  return `bigdata.component.${component}`;
}

export interface RecordObject extends KubernetesObject {
  readonly data?: ComponentRecord;
}

/** The object of a record. */
export function recordObject(
  { namespace, stack, component }: RecordOwner,
  data: ComponentRecord,
): RecordObject & { readonly apiVersion: string; readonly kind: string } {
  const labels = { [Label.managedBy]: managedByUs, [Label.stack]: stack, [Label.component]: component };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: recordName(component), namespace, labels },
    data,
  };
}

/** Path of the collection. */
export function recordsPath(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/configmaps`;
}

/** Path of a component's record. */
export function recordPath(namespace: string, component: string): string {
  return `${recordsPath(namespace)}/${recordName(component)}`;
}
