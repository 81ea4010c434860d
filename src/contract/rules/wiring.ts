/**
 * What refers to each other must fit: labels, Services, claims, endpoints.
 *
 * @module
 */
import {
  containersOf,
  type Labels,
  parseSelector,
  podsOf,
  type Rendered,
  type RenderedPod,
  selects,
} from '../rendered.js';
import { type Rule, type Violation, unless } from './rule.js';

/** Release's own labels, which everything can be found by. */
export const standardLabels: Rule = ({ component, objects }) =>
  [
    ...objects.map((object) => ({ object, labels: object.metadata.labels ?? {} })),
    ...podsOf(objects).map(({ owner, labels }) => ({ object: owner, labels })),
  ].flatMap(({ object, labels }) =>
    missingLabels(labels, component.name).map((message) => ({ message, object })),
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
  objects.flatMap((object) => unless(object.metadata.namespace === undefined, object, 'names a namespace'));

/** A Service leads to pods of a workload, to ports that they have, and never to a check. */
export const services: Rule = ({ objects }) => {
  const pods = podsOf(objects);
  return objects
    .filter(({ kind }) => kind === 'Service')
    .flatMap((service) => {
      const selector = (service.spec?.selector ?? {}) as Labels;
      const selected = pods.filter((pod) => selects(selector, labelsOfEach(pod, selector)));
      const served = selected.filter((pod) => !pod.isHook);
      return [
        ...unless(served.length > 0, service, 'selects no workload'),
        ...selected.flatMap((pod) => unless(!pod.isHook, service, `selects the check ${pod.where}`)),
        ...served.flatMap((pod) => missingPorts(service, pod)),
      ];
    });
};

/** The label that a StatefulSet gives each of its pods. */
const podName = 'statefulset.kubernetes.io/pod-name';

/** The annotation with labels that pods give themselves while they run, e.g. the one that leads: `KEY=VALUE,…`. */
const ownLabels = 'bigdata.dev/own-labels';

/**
 * The labels that a pod can have: those of its template, those that it gives itself, and of that one of a StatefulSet's which a
 * selector names, if there is to be one of that name.
 */
function labelsOfEach({ owner, labels: ofTemplate, annotations }: RenderedPod, selector: Labels): Labels {
  const own = annotations[ownLabels];
  const labels = { ...ofTemplate, ...(own === undefined ? {} : parseSelector(own)) };
  const name = selector[podName] ?? '';
  const [, set, ordinal] = /^(.+)-(\d+)$/.exec(name) ?? [];
  const isOne =
    owner.kind === 'StatefulSet' &&
    owner.metadata.name === set &&
    Number(ordinal) < (owner.spec?.replicas ?? 1);
  return isOne ? { ...labels, [podName]: name } : labels;
}

function missingPorts(service: Rendered, pod: RenderedPod): Violation[] {
  const ports = containersOf(pod).flatMap((container) => container.ports ?? []);
  return (service.spec?.ports ?? []).flatMap(({ port, targetPort }) => {
    const target = targetPort ?? port;
    const isThere = ports.some(({ name, containerPort }) => name === target || containerPort === target);
    return unless(isThere, service, `${pod.where} has no port ${target}`);
  });
}

/** Several replicas that must not all go at once say so. */
export const disruptionBudgets: Rule = ({ objects }) => {
  const budgets = objects.filter(({ kind }) => kind === 'PodDisruptionBudget');
  const isCovered = (labels: Labels): boolean =>
    budgets.some(({ spec }) =>
      selects((spec?.selector as { matchLabels?: Labels } | undefined)?.matchLabels ?? {}, labels),
    );
  return podsOf(objects)
    .filter(({ owner }) => owner.kind === 'StatefulSet' && (owner.spec?.replicas ?? 1) > 1)
    .flatMap(({ owner, labels }) =>
      unless(isCovered(labels), owner, 'several replicas without a PodDisruptionBudget'),
    );
};

/** The selector of component.yaml finds exactly the claims of the chart. */
export const claims: Rule = ({ component, objects }) => {
  const selector = component.definition.data.claims;
  return objects.flatMap((object) =>
    (object.spec?.volumeClaimTemplates ?? []).flatMap(({ metadata }) => {
      const claim = `the claim ${metadata.name}`;
      if (selector === undefined)
        return [{ message: `${claim} is not mentioned in component.yaml: data.claims`, object }];
      const isFound = selects(parseSelector(selector), metadata.labels ?? {});
      return unless(isFound, object, `${claim} is not found by data.claims (${selector})`);
    }),
  );
};

/** What people are told to connect to is there. */
export const endpoints: Rule = ({ component, objects }) =>
  component.definition.endpoints.flatMap(({ name, service, port, credentials }, index) => {
    const found = objects.find(({ kind, metadata }) => kind === 'Service' && metadata.name === service);
    const secret = objects.find(
      ({ kind, metadata }) => kind === 'Secret' && metadata.name === credentials?.secret,
    );
    const keys = Object.keys({ ...secret?.data, ...secret?.stringData });
    const isServed = found?.spec?.ports?.some((each) => each.port === port) ?? false;
    const missing = (credentials?.keys ?? []).filter((key) => !keys.includes(key));
    return [
      ...(isServed ? [] : [`there is no Service ${service} with the port ${port}`]),
      ...missing.map((key) => `there is no Secret ${credentials?.secret} with the key ${key}`),
    ].map((message) => ({ message: `endpoint ${name}: ${message}`, definition: ['endpoints', index] }));
  });

/** Credentials that are rotated are those of the chart. */
export const rotation: Rule = ({ component, objects }) => {
  const { secret, keys } = component.definition.rotation ?? {};
  const found = objects.find(({ kind, metadata }) => kind === 'Secret' && metadata.name === secret);
  const there = Object.keys({ ...found?.data, ...found?.stringData });
  return Object.keys(keys ?? {})
    .filter((key) => !there.includes(key))
    .map((key) => ({
      message: `there is no Secret ${secret} with the key ${key}`,
      definition: ['rotation', 'keys', key],
    }));
};
