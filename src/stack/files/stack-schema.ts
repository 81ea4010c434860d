/**
 * `stack.yaml`: which components are installed, where, and with which values.
 *
 * @module
 */
import { z } from 'zod';
import { dnsLabel, imageTag, timeouts, values } from './schema-parts.js';
import { defaultProfile } from '../plan/values/profiles.js';

const repository = z
  .string()
  .regex(
    /^(([a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+(:\d+)?|[a-zA-Z0-9-]+:\d+|localhost)\/)?[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/,
    'is not an image repository (no scheme, no tag, lower case)',
  )
  .meta({
    description: 'Repository of the image, without its tag.',
    examples: ['registry.example.com/bigdata/kafka'],
  });

/** An image that replaces the component's own. */
const image = z.strictObject({ repository, tag: imageTag }).meta({
  description: "An image that replaces the component's own.",
  examples: [{ repository: 'registry.example.com/kafka', tag: '3.9.1' }],
});

const registry = z
  .string()
  .regex(
    /^[a-zA-Z0-9][a-zA-Z0-9.-]*(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/,
    'is not a registry (host, port and path, without a scheme or credentials)',
  )
  .meta({
    description:
      'Where the images of the components are pushed to and pulled from; needed for your own cluster.',
    examples: ['registry.example.com/bigdata'],
  });

const namespace = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'must be lower-case letters, digits and inner hyphens')
  .max(63, 'must have at most 63 characters')
  .refine(
    (name) => !name.startsWith('kube-'),
    'must not begin with kube-, which belongs to Kubernetes itself',
  )
  .meta({ description: 'Namespace of every release; made if it does not exist.', examples: ['bigdata'] });

const stackComponent = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .meta({ description: 'Whether it is installed.', examples: [false] }),
  values: values.optional(),
  valuesFiles: z
    .array(z.string().min(1, 'must not be empty'))
    .default([])
    .meta({
      description:
        'Files of Helm values, relative to this file, each over those before it; `values` is over all of them.',
      examples: [['values/kafka.yaml']],
    }),
  timeouts: timeouts.optional(),
  image: image.optional(),
});

/** A component of the stack as it is used; one that is listed with nothing after its colon has all defaults. */
const listedComponent = stackComponent.nullable().transform((entry) => entry ?? stackComponent.parse({}));

/** The schema of a stack file. */
export const stackSchema = z
  .strictObject({
    name: dnsLabel.meta({ description: 'Name of the stack.', examples: ['bigdata'] }),
    namespace,
    profile: dnsLabel.default(defaultProfile).meta({
      description:
        'Sizes of everything: `small`, the defaults of the charts, or one that components have as profiles/NAME.yaml.',
      examples: ['standard', 'small'],
    }),
    componentFolders: z
      .array(z.string().min(1, 'must not be empty'))
      .default([])
      .meta({
        description:
          'Folders with further components, relative to this file; the built-in ones are always there.',
        examples: [['./my-components']],
      }),
    images: z
      .strictObject({ registry: registry.optional() })
      .default({})
      .meta({
        description: 'Where images come from.',
        examples: [{ registry: 'registry.example.com/bigdata' }],
      }),
    components: z
      .record(dnsLabel, listedComponent)
      .meta({ description: 'The components to install, by name.', examples: [{ kafka: {} }] }),
  })
  .meta({
    title: 'Stack',
    description: 'Which components are installed, where, and with which values.',
    patternProperties: { '^x-': { description: 'Whatever anchors share; not read.' } },
  });

/** A parsed stack file, durations in milliseconds. */
export type StackDefinition = z.output<typeof stackSchema>;

/** What a stack file says about one component. */
export type StackEntry = StackDefinition['components'][string];
