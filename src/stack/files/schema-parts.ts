/**
 * What the schemas of stack, component and image files have in common.
 *
 * @module
 */
import { z } from 'zod';
import type { Values } from '../plan/plan-types.js';

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

const shortest = 1000;
const longest = 24 * units.h;

/** A name that Kubernetes takes as the base of Services' names (RFC 1035), with room for suffixes. */
export const dnsLabel = z
  .string()
  .regex(
    /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
    'must be lower-case letters, digits and inner hyphens, a letter first',
  )
  .max(40, 'must have at most 40 characters');

/** A duration as text (`30s`, `5m`, `1.5h`), parsed to milliseconds. */
export const duration = z
  .string()
  .regex(/^\d+(\.\d+)? ?(ms|s|m|h)$/, {
    error: 'is not a duration: a number with one of the units ms, s, m, h',
    abort: true,
  })
  .refine(
    (text) => toMilliseconds(text) >= shortest && toMilliseconds(text) <= longest,
    'must lie between 1s and 24h',
  )
  .meta({ description: 'A duration: a number with a unit of ms, s, m or h.', examples: ['5m', '30s'] })
  .transform(toMilliseconds);

/** Time-outs of a component, each in milliseconds once parsed, each optional. */
export const timeouts = z
  .strictObject({
    ready: duration.optional(),
    check: duration.optional(),
    remove: duration.optional(),
  })
  .meta({
    description:
      'For how long nothing may advance on the way to readiness, in a check, and in a removal. What keeps advancing gets up to ten times as long.',
    examples: [{ ready: '5m', check: '3m', remove: '3m' }],
  });

/** Helm values; a document's content is JSON already, so that only the top needs a check. */
export const values = z
  .record(z.string(), z.unknown())
  .meta({ description: 'Helm values, merged over those of the chart.', examples: [{ replicas: 3 }] })
  .transform((mapping) => mapping as Values);

/** A relative path of a folder or file that stays inside the folder it is relative to. */
export const innerPath = z
  .string()
  .min(1, 'must not be empty')
  .refine((path) => !path.startsWith('/') && !path.split('/').includes('..'), 'must stay inside its folder');

/** One line of text for people; such lines stand in every history. */
export const line = z
  .string()
  .max(300, 'must have at most 300 characters')
  .min(1, 'must not be empty')
  .regex(/^[^\n\r]*$/, 'must be one line');

function toMilliseconds(text: string): number {
  const amount = Number.parseFloat(text);
  const unit = text.replace(/^[\d. ]+/, '') as keyof typeof units;
  return Math.round(amount * units[unit]);
}

/** Of an image. */
export const imageTag = z
  .string()
  .regex(/^\w[\w.-]{0,127}$/, 'is not an image tag')
  .meta({ description: 'Tag of the image.', examples: ['3.9.1'] });
