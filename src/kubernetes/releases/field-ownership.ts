/**
 * Whose an object's fields are, by what the API server remembers of each writer. Pure.
 *
 * Helm applies server-side: the fields that a chart sets are Helm's until another hand sets one of them to something
 * else. What others add, and what the server fills in, was never Helm's.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import type { ManagedFields, Metadata } from '../api/objects.js';
import { secretsReadManager } from '../secrets/secrets-read.js';

/** Helm's name as a writer. */
const helm = 'helm';

/** Writers that belong to Kubernetes, or to this program, and change no one's fields. */
const ownControllers = new Set([
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-apiserver',
  secretsReadManager,
]);

/** Hex digits: enough to tell two sets of fields of one object apart. */
const digestLength = 12;

/** Fields that an autoscaler may take: how many pods are wanted is compared by itself. */
const scaling = ['f:spec', 'f:replicas'] as const;

/** Fields that are named of one hand. */
const mostNamed = 3;

type Fields = { readonly [key: string]: Fields };

/** Digest of the fields that are Helm's; undefined if the server remembers none. */
export function helmFields({ managedFields = [] }: Metadata): string | undefined {
  const own = managedFields.filter(
    ({ manager, subresource }) => manager === helm && subresource === undefined,
  );
  if (own.length === 0) return undefined;
  const taken = takenData(own, managedFields);
  const text = JSON.stringify([
    ...own.map(({ fieldsV1 = {} }) => canonical(fieldsV1 as Fields)),
    ...(taken.length === 0 ? [] : [taken]),
  ]);
  return createHash('sha256').update(text).digest('hex').slice(0, digestLength);
}

/** Whether Helm is among the writers of an object; true as well if the server remembers none. */
export function isWrittenByHelm({ managedFields = [] }: Metadata): boolean {
  return managedFields.length === 0 || managedFields.some(({ manager }) => manager === helm);
}

/**
 * Who wrote, and when, what a Secret's chart sets as text: the API server keeps that as data, which is nobody's until another
 * hand writes it, and does not take the text from Helm then.
 */
function takenData(own: readonly ManagedFields[], all: readonly ManagedFields[]): string[] {
  const texts = new Set(own.flatMap(({ fieldsV1 }) => keysOf(fieldsV1, 'f:stringData')));
  return all
    .filter((each) => !own.includes(each) && keysOf(each.fieldsV1, 'f:data').some((key) => texts.has(key)))
    .map(({ manager, time }) => `${manager} ${time}`);
}

function keysOf(fields: object | undefined, member: string): string[] {
  return Object.keys((fields as Fields | undefined)?.[member] ?? {});
}

/** For people: which other hands wrote it, which of its fields, and when; empty if none did. */
export function otherHands({ managedFields = [] }: Metadata): string {
  return managedFields
    .filter(
      ({ manager = '', subresource }) =>
        manager !== helm && subresource === undefined && !ownControllers.has(manager),
    )
    .map(({ manager, time, fieldsV1 = {} }: ManagedFields) => {
      const all = leaves(fieldsV1 as Fields);
      const more = all.length > mostNamed ? ` and ${all.length - mostNamed} more` : '';
      return `${manager} wrote ${all.slice(0, mostNamed).join(', ')}${more}${time === undefined ? '' : ` at ${time}`}`;
    })
    .join('; ');
}

function canonical(fields: Fields, path: readonly string[] = []): unknown {
  return Object.keys(fields)
    .toSorted()
    .filter((key) => [...path, key].join(' ') !== scaling.join(' '))
    .map((key) => [key, canonical(fields[key] ?? {}, [...path, key])]);
}

/** Paths as people write them: `spec.template.spec.containers[name=livy].image`. */
function leaves(fields: Fields, path = ''): string[] {
  return Object.entries(fields).flatMap(([key, inner]) => {
    if (key === '.') return [];
    const at = path + step(key, path);
    return Object.keys(inner).every((each) => each === '.') ? [at] : leaves(inner, at);
  });
}

function step(key: string, path: string): string {
  const text = key.slice(2);
  if (key.startsWith('f:')) return path === '' ? text : `.${text}`;
  if (!key.startsWith('k:')) return `[${text}]`;
  const names = Object.entries(JSON.parse(text) as Readonly<Record<string, unknown>>);
  return `[${names.map(([name, value]) => `${name}=${String(value)}`).join(',')}]`;
}
