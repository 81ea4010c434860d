/**
 * What refers to each other must fit: labels, Services, claims, endpoints.
 *
 * @module
 */
import {
  containersOf,
  type Labels,
  nameOf,
  parseSelector,
  podsOf,
  type Rendered,
  type RenderedPod,
  selects,
} from '../support/objects.js';
import type { Rule } from './rule.js';

/** Release's own labels, which everything can be found by. */
export const standardLabels: Rule = ({ component, objects }) =>
  [
    ...objects.map((object) => ({ where: nameOf(object), labels: object.metadata.labels ?? {} })),
    ...podsOf(objects),
  ].flatMap(({ where, labels }) =>
    missingLabels(labels, component.name).map((label) => `${where}: ${label}`),
  );

function missingLabels(labels: Labels, release: string): string[] {
  const expected: Record<string, string | undefined> = {
    'app.kubernetes.io/instance': release,
    'app.kubernetes.io/part-of': 'bigdata',
    'app.kubernetes.io/managed-by': 'Helm',
    'app.kubernetes.io/name': undefined,
    'app.kubernetes.io/version': undefined,
  };
  return Object.entries(expected)
    .filter(([key, value]) => labels[key] === undefined || (value !== undefined && labels[key] !== value))
    .map(
      ([key, value]) =>
        `the label ${key} is ${labels[key] ?? 'missing'}${value === undefined ? '' : `, not ${value}`}`,
    );
}

/** Helm puts everything into the namespace of the release. */
export const noForeignNamespace: Rule = ({ objects }) =>
  objects
    .filter(({ metadata }) => metadata.namespace !== undefined)
    .map((object) => `${nameOf(object)}: names a namespace`);

/** A Service leads to pods of a workload, to ports that they have, and never to a check. */
export const services: Rule = ({ objects }) => {
  const pods = podsOf(objects);
  return objects
    .filter(({ kind }) => kind === 'Service')
    .flatMap((service) => {
      const selector = (service.spec?.selector ?? {}) as Labels;
      const selected = pods.filter(({ labels }) => selects(selector, labels));
      const served = selected.filter((pod) => !pod.isHook);
      return [
        ...(served.length > 0 ? [] : [`${nameOf(service)}: selects no workload`]),
        ...selected
          .filter((pod) => pod.isHook)
          .map(({ where }) => `${nameOf(service)}: selects the check ${where}`),
        ...served.flatMap((pod) => missingPorts(service, pod)),
      ];
    });
};

function missingPorts(service: Rendered, pod: RenderedPod): string[] {
  const ports = containersOf(pod).flatMap((container) => container.ports ?? []);
  return (service.spec?.ports ?? [])
    .filter(({ port, targetPort }) => {
      const target = targetPort ?? port;
      return !ports.some(({ name, containerPort }) => name === target || containerPort === target);
    })
    .map(({ port, targetPort }) => `${nameOf(service)}: ${pod.where} has no port ${targetPort ?? port}`);
}

/** Several replicas that must not all go at once say so. */
export const disruptionBudgets: Rule = ({ objects }) => {
  const budgets = objects.filter(({ kind }) => kind === 'PodDisruptionBudget');
  return podsOf(objects)
    .filter(({ owner }) => owner.kind === 'StatefulSet' && (owner.spec?.replicas ?? 1) > 1)
    .filter(
      ({ labels }) =>
        !budgets.some(({ spec }) =>
          selects((spec?.selector as { matchLabels?: Labels } | undefined)?.matchLabels ?? {}, labels),
        ),
    )
    .map(({ where }) => `${where}: several replicas without a PodDisruptionBudget`);
};

/** The selector of component.yaml finds exactly the claims of the chart. */
export const claims: Rule = ({ component, objects }) => {
  const selector = component.definition.data.claims;
  const templates = objects.flatMap((object) =>
    (object.spec?.volumeClaimTemplates ?? []).map(({ metadata }) => ({
      where: `${nameOf(object)}: the claim ${metadata.name}`,
      labels: metadata.labels ?? {},
    })),
  );
  if (selector === undefined) {
    return templates.map(({ where }) => `${where} is not mentioned in component.yaml: data.claims`);
  }
  return templates
    .filter(({ labels }) => !selects(parseSelector(selector), labels))
    .map(({ where }) => `${where} is not found by data.claims (${selector})`);
};

/** What people are told to connect to is there. */
export const endpoints: Rule = ({ component, objects }) =>
  component.definition.endpoints.flatMap(({ name, service, port, credentials }) => {
    const found = objects.find(({ kind, metadata }) => kind === 'Service' && metadata.name === service);
    const secret = objects.find(
      ({ kind, metadata }) => kind === 'Secret' && metadata.name === credentials?.secret,
    );
    const keys = Object.keys({ ...secret?.data, ...secret?.stringData });
    return [
      ...(found?.spec?.ports?.some((each) => each.port === port)
        ? []
        : [`endpoint ${name}: there is no Service ${service} with the port ${port}`]),
      ...(credentials?.keys ?? [])
        .filter((key) => !keys.includes(key))
        .map((key) => `endpoint ${name}: there is no Secret ${credentials?.secret} with the key ${key}`),
    ];
  });
