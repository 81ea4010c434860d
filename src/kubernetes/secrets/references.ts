/**
 * Which Secrets the containers of a pod read when they start. Pure.
 *
 * @module
 */
import type { Container, PodTemplate } from '../api/objects.js';

/** What a pod reads of one Secret. */
export interface SecretReference {
  readonly secret: string;
  /** Sorted; undefined if it reads all of them. */
  readonly keys: readonly string[] | undefined;
  /** Whether the pod starts without it, too. */
  readonly optional: boolean;
}

/** One place of a template that names a Secret. */
interface Mention {
  readonly secret: string | undefined;
  readonly keys?: readonly string[] | undefined;
  readonly optional?: boolean | undefined;
}

/** The Secrets of variables and volumes, by name; credentials of registries are the kubelet's. */
export function secretReferences(template: PodTemplate | undefined): SecretReference[] {
  const { spec } = template ?? {};
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  const mentions = [...containers.flatMap(ofContainer), ...(spec?.volumes ?? []).flatMap(ofVolume)];
  const names = new Set(mentions.flatMap(({ secret }) => secret ?? []));
  return [...names].toSorted().map((secret) => {
    const own = mentions.filter((each) => each.secret === secret);
    const keys = own.every((each) => each.keys !== undefined)
      ? [...new Set(own.flatMap((each) => each.keys ?? []))].toSorted()
      : undefined;
    return { secret, keys, optional: own.every(({ optional }) => optional === true) };
  });
}

function ofContainer({ env = [], envFrom = [] }: Container): Mention[] {
  return [
    ...env.flatMap(({ valueFrom }) => {
      const { name, key, optional } = valueFrom?.secretKeyRef ?? {};
      return key === undefined ? [] : [{ secret: name, keys: [key], optional }];
    }),
    ...envFrom.map(({ secretRef }) => ({ secret: secretRef?.name, optional: secretRef?.optional })),
  ];
}

interface Items {
  readonly items?: readonly { readonly key: string }[];
  readonly optional?: boolean;
}

interface SecretVolume {
  readonly secret?: Items & { readonly secretName?: string };
  readonly projected?: { readonly sources?: readonly { readonly secret?: Items & { name?: string } }[] };
}

function ofVolume(volume: unknown): Mention[] {
  const { secret, projected } = volume as SecretVolume;
  return [
    ...(secret ? [mounted(secret.secretName, secret)] : []),
    ...(projected?.sources ?? []).flatMap((each) =>
      each.secret ? [mounted(each.secret.name, each.secret)] : [],
    ),
  ];
}

function mounted(secret: string | undefined, { items, optional }: Items): Mention {
  return { secret, keys: items?.map(({ key }) => key), optional };
}
