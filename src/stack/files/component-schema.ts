/**
 * `component.yaml`: what a component is, needs and proves.
 *
 * @module
 */
import { z } from 'zod';
import { parseReadyRule } from '../plan/ready-rule.js';
import { dnsLabel, innerPath, line, timeouts, values } from './schema-parts.js';

/** A name of a Kubernetes object (RFC 1123 subdomain). */
const objectName = z
  .string()
  .regex(/^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/, 'is not the name of a Kubernetes object')
  .max(253, 'must have at most 253 characters')
  .meta({ description: 'Name of a Kubernetes object.', examples: ['kafka-replication'] });

const component = dnsLabel.meta({ description: 'Name of a component.', examples: ['zookeeper'] });

const optionalNeed = z
  .strictObject({
    component,
    profiles: z
      .array(dnsLabel)
      .min(1, 'must name at least one profile')
      .exactOptional()
      .meta({
        description: 'Profiles in which it is needed; all if absent.',
        examples: [['ha']],
      }),
    present: values.exactOptional().meta({
      description: 'Values if the stack has it; {{COMPONENT.OUTPUT}} stands for an output of it.',
      examples: [{ persistence: { storageClass: '{{volumes.storageClass}}' } }],
    }),
    otherwise: values.exactOptional(),
  })
  .meta({
    description:
      'Waited for if the stack has it, the values of `present` being its defaults then; otherwise those of `otherwise` are merged.',
    examples: [{ component: 'volumes', otherwise: { persistence: { enabled: false } } }],
  });

const valuePath = z.string().regex(/^[\w-]+(\.[\w-]+)*$/, 'must be names with dots between them');

const output = z
  .strictObject({
    value: valuePath.meta({
      description: 'The value that says it, if it is set.',
      examples: ['storageClass.name'],
    }),
    otherwise: line.meta({
      description: "What its chart makes of it otherwise; {{namespace}} stands for the stack's namespace.",
      examples: ['{{namespace}}-local'],
    }),
  })
  .meta({
    description: 'Something that those who need the component must know of it.',
    examples: [{ value: 'storageClass.name', otherwise: '{{namespace}}-local' }],
  });

const check = z
  .strictObject({
    name: dnsLabel.meta({ description: 'Name of the check.', examples: ['replication'] }),
    pods: z
      .array(objectName)
      .min(1, 'must name at least one pod')
      .meta({
        description: "Names of the chart's helm test hook pods, in order; the last one prints the facts.",
        examples: [['kafka-replication']],
      }),
    proves: line.meta({
      description: 'What a pass proves, one line.',
      examples: ['a record is written and read back'],
    }),
    disruptive: z
      .boolean()
      .default(false)
      .meta({ description: 'Whether it disturbs users of the component.', examples: [true] }),
  })
  .meta({
    description: 'A functional check.',
    examples: [
      { name: 'replication', pods: ['kafka-replication'], proves: 'a record is written and read back' },
    ],
  });

const sentinel = z
  .strictObject({
    records: line.meta({
      description: 'What its records are, one line.',
      examples: ['30 records in a topic of three replicas'],
    }),
    write: objectName.meta({
      description: "The chart's helm test hook pod that writes the records, if they are not there already.",
      examples: ['kafka-sentinel-write'],
    }),
    read: objectName.meta({
      description: 'The one that fails unless all of them are there, unchanged, and nothing else with them.',
      examples: ['kafka-sentinel-read'],
    }),
    remove: objectName.meta({
      description: 'The one that removes them, if they are there, and proves that they are gone.',
      examples: ['kafka-sentinel-remove'],
    }),
  })
  .meta({
    description: 'Records that are written before something happens to the component, and read after it.',
    examples: [
      {
        records: '30 records in a topic of three replicas',
        write: 'kafka-sentinel-write',
        read: 'kafka-sentinel-read',
        remove: 'kafka-sentinel-remove',
      },
    ],
  });

const secretKey = z.string().regex(/^[-._a-zA-Z0-9]+$/, 'is not a key of a Secret');

const endpoint = z
  .strictObject({
    name: dnsLabel.meta({ description: 'Name of the endpoint.', examples: ['console'] }),
    service: objectName.meta({ description: "Service in the stack's namespace.", examples: ['minio'] }),
    port: z
      .int('must be a whole number')
      .min(1, 'must lie between 1 and 65535')
      .max(65_535, 'must lie between 1 and 65535')
      .meta({ description: 'Port of the Service.', examples: [9092] }),
    protocol: z
      .string()
      .regex(/^[a-z][a-z0-9+.-]*$/, 'must be lower case, as in a URL')
      .meta({ description: 'http, https, kafka, zookeeper, s3, …', examples: ['http'] }),
    path: z
      .string()
      .regex(/^\//, 'must begin with /')
      .exactOptional()
      .meta({ description: 'Path of a link.', examples: ['/ui'] }),
    usage: line
      .exactOptional()
      .meta({ description: 'How it is used, one line.', examples: ['bootstrap.servers of clients'] }),
    credentials: z
      .strictObject({
        secret: objectName.meta({ description: 'Name of the Secret.', examples: ['minio'] }),
        keys: z
          .array(secretKey)
          .min(1, 'must name at least one key')
          .meta({ description: 'Keys of the Secret.', examples: [['accessKey', 'secretKey']] }),
      })
      .exactOptional()
      .meta({
        description: 'Where the credentials lie.',
        examples: [{ secret: 'minio', keys: ['accessKey', 'secretKey'] }],
      }),
  })
  .meta({
    description: 'Something to connect to.',
    examples: [{ name: 'bootstrap', service: 'kafka', port: 9092, protocol: 'kafka' }],
  });

const rotation = z
  .strictObject({
    secret: objectName.meta({
      description: 'Name of the Secret that the chart generates.',
      examples: ['minio'],
    }),
    keys: z
      .record(secretKey, secretKey)
      .refine((keys) => Object.keys(keys).length > 0, 'must name at least one key')
      .meta({
        description:
          'Keys that get new random values, each with the key that keeps the old value: both are valid until everything uses the new one.',
        examples: [{ accessKey: 'previousAccessKey', secretKey: 'previousSecretKey' }],
      }),
  })
  .meta({
    description: 'Credentials that `bigdata rotate` replaces.',
    examples: [{ secret: 'postgres', keys: { user: 'previousUser', password: 'previousPassword' } }],
  });

const labelSelector = z
  .string()
  .regex(/^[\w./-]+=[\w.-]*(,[\w./-]+=[\w.-]*)*$/, 'is not a label selector')
  .meta({
    description: 'Label selector of the PersistentVolumeClaims that hold its data.',
    examples: ['app.kubernetes.io/instance=kafka'],
  });

const guardedValue = z
  .strictObject({
    value: valuePath.meta({ description: 'A value that is a number.', examples: ['replicas'] }),
    loses: line.meta({
      description: 'What is lost when it becomes smaller, as the object of a sentence.',
      examples: ['the partitions whose replicas are all on brokers that go'],
    }),
    next: line.meta({
      description: 'What to do instead, as a sentence.',
      examples: ['Move all partitions off those brokers first.'],
    }),
  })
  .meta({
    description: 'A value that must not become smaller.',
    examples: [
      {
        value: 'replicas',
        loses: 'the partitions whose replicas are all on brokers that go',
        next: 'Move all partitions off those brokers first.',
      },
    ],
  });

const clause = (description: string, example: string) =>
  line.exactOptional().meta({ description, examples: [example] });

const changes = z
  .strictObject({
    hooks: z
      .array(
        z.strictObject({
          name: objectName.meta({
            description: 'Name of an object that Helm runs before or after an upgrade.',
            examples: ['kafka-resize'],
          }),
          does: line.meta({
            description: 'What it does, as a predicate.',
            examples: ['moves partitions off brokers that leave'],
          }),
        }),
      )
      .default([])
      .meta({ description: 'Hooks that run before or after an upgrade.' }),
    workloads: z
      .array(
        z.strictObject({
          name: objectName.meta({
            description: 'Name of a StatefulSet, Deployment or DaemonSet.',
            examples: ['kafka'],
          }),
          leaving: clause('What is so before one of its pods goes.', 'others serve its regions'),
          ready: clause(
            'What is so before the next pod is replaced: what its readiness means.',
            'all its partitions are in sync',
          ),
        }),
      )
      .default([])
      .meta({ description: 'How pods are replaced and leave.' }),
  })
  .meta({
    description: 'What happens while it changes, in the words of `bigdata plan`.',
    examples: [
      {
        hooks: [{ name: 'kafka-resize', does: 'moves partitions off brokers that leave' }],
        workloads: [{ name: 'kafka', ready: 'all its partitions are in sync' }],
      },
    ],
  });

const ready = z
  .array(
    z.strictObject({
      kind: z
        .string()
        .regex(/^[A-Z]\w*$/, 'is not a kind of objects')
        .refine(
          (kind) => !['StatefulSet', 'Deployment', 'DaemonSet', 'Job', 'Pod'].includes(kind),
          'is ready by its pods, which are waited for anyway',
        )
        .meta({ description: 'Kind of objects of the release.', examples: ['PostgresCluster'] }),
      name: objectName.exactOptional().meta({
        description: 'Name of one of them; all if absent.',
        examples: ['warehouse'],
      }),
      for: line
        .refine(
          (text) => parseReadyRule(text) !== undefined,
          'must be condition=TYPE, condition=TYPE=STATUS, jsonpath={.a.b} or jsonpath={.a.b}=VALUE, without filters',
        )
        .meta({
          description: 'What each must say of itself, as `kubectl wait --for` takes it.',
          examples: ['jsonpath={.status.phase}=Running', 'condition=Available'],
        }),
    }),
  )
  .max(20, 'must have at most 20 entries')
  .meta({
    description:
      'Objects that are ready by another word than their condition `Ready`, e.g. custom resources of some operators, or a Service that needs an address.',
    examples: [[{ kind: 'PostgresCluster', for: 'jsonpath={.status.phase}=Running' }]],
  });

/** The schema of `component.yaml`. */
export const componentSchema = z
  .strictObject({
    name: dnsLabel.meta({
      description: 'Name of the component, its folder and its release.',
      examples: ['kafka'],
    }),
    summary: line.meta({ description: 'What it is, one line.', examples: ['Message broker'] }),
    version: line.meta({ description: 'Version of the software.', examples: ['3.9.1'] }),
    needs: z
      .array(component)
      .default([])
      .meta({ description: 'Components that must be proven first.', examples: [['zookeeper']] }),
    optionalNeeds: z
      .array(optionalNeed)
      .default([])
      .meta({
        description: 'Components that must be proven first if the stack has them.',
        examples: [[{ component: 'volumes', otherwise: { persistence: { enabled: false } } }]],
      }),
    outputs: z
      .record(z.string().regex(/^[a-zA-Z][\w-]*$/, 'must be a word'), output)
      .default({})
      .meta({ description: 'What others may take into their values, by name.' }),
    chart: innerPath
      .default('chart')
      .meta({ description: "Folder of the chart, in the component's.", examples: ['chart'] }),
    image: innerPath.exactOptional().meta({
      description: 'Folder with image.yaml; `image` if there is one.',
      examples: ['image'],
    }),
    local: z
      .strictObject({ values: values.default({}) })
      .default({ values: {} })
      .meta({
        description: 'Values merged on the local cluster only; {{stateFolder}} stands for its state folder.',
        examples: [{ values: { folder: '{{stateFolder}}/volumes' } }],
      }),
    timeouts: timeouts.default({}).transform((given) => ({
      ready: given.ready ?? 300_000,
      check: given.check ?? 180_000,
      remove: given.remove ?? 180_000,
    })),
    checks: z
      .array(check)
      .max(10, 'must have at most 10 entries')
      .default([])
      .meta({ description: 'Functional checks, in order, at most ten: one may prove several things.' }),
    sentinel: sentinel.exactOptional(),
    endpoints: z.array(endpoint).default([]).meta({ description: 'What people and programs connect to.' }),
    rotation: rotation.exactOptional(),
    data: z
      .strictObject({
        claims: labelSelector.exactOptional(),
        shrinks: z.array(guardedValue).exactOptional().meta({
          description:
            'Values that `up` refuses to make smaller, unless `--accept-loss` names the component.',
        }),
      })
      .default({})
      .meta({ description: 'Its data.', examples: [{ claims: 'app.kubernetes.io/instance=kafka' }] }),
    changes: changes.exactOptional(),
    ready: ready.exactOptional(),
  })
  .meta({ title: 'Component', description: 'What a component is, needs and proves.' });

/** A parsed `component.yaml`, durations in milliseconds, defaults filled in. */
export type ComponentDefinition = z.output<typeof componentSchema>;
