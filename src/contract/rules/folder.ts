/**
 * The folder as files: complete, documented, and built from what is pinned.
 *
 * @module
 */
import type { LoadedComponent } from '../../stack/plan/plan.js';
import { valueAt } from '../../stack/plan/values/value-at.js';
import type { ComponentFiles } from '../files.js';
import type { Violation } from './rule.js';

/** Every violation; none if the rule holds. */
export type FolderRule = (subject: {
  readonly component: LoadedComponent;
  readonly files: ComponentFiles;
}) => Violation[];

export const readme: FolderRule = ({ component, files: { readme: text } }) => {
  if (text === undefined) return [{ message: 'there is no README.md', file: 'README.md' }];
  const { version } = component.definition;
  return [
    ...(text.includes(version) ? [] : [`does not name the version ${version}`]),
    ...['Values', 'Limits']
      .filter((title) => !text.split('\n').includes(`## ${title}`))
      .map((title) => `has no section \`## ${title}\``),
  ].map((message) => ({ message, file: 'README.md' }));
};

export const breakages: FolderRule = ({ component, files }) => {
  const checks = component.definition.checks.map(({ name }) => name);
  const broken = (files.breakages ?? []).map(({ check }) => check);
  return [
    ...checks
      .filter((name) => !broken.includes(name))
      .map((name) => `nothing says how to make the check ${name} fail`),
    ...broken.filter((name) => !checks.includes(name)).map((name) => `there is no check ${name}`),
  ].map((message) => ({ message, file: 'breakages.yaml' }));
};

export const shrinks: FolderRule = ({ component: { definition }, files: { defaults } }) =>
  (definition.data.shrinks ?? [])
    .filter(({ value }) => typeof valueAt(defaults, value) !== 'number')
    .map(({ value }) => ({
      message: `data.shrinks names ${value}, which is no number in values.yaml`,
      file: 'component.yaml',
    }));

export const chartMetadata: FolderRule = ({ component: { name, definition }, files: { metadata } }) => {
  const expected = { apiVersion: 'v2', name, appVersion: definition.version };
  return Object.entries(expected)
    .filter(([key, value]) => metadata[key] !== value)
    .map(([key, value]) => ({
      message: `${key} is ${JSON.stringify(metadata[key]) ?? 'missing'}, not ${value}`,
      file: `${definition.chart}/Chart.yaml`,
    }));
};

export const notes: FolderRule = ({ component: { definition }, files }) =>
  files.notes?.includes('helm test')
    ? []
    : [
        {
          message: 'does not tell people who install the chart by plain Helm how to try it: `helm test`',
          file: `${definition.chart}/templates/NOTES.txt`,
        },
      ];

/** Places of a JSON schema that list properties and yet let others pass. */
export const closedSchema: FolderRule = ({ component: { definition }, files: { schema } }) => {
  const file = `${definition.chart}/values.schema.json`;
  if (schema === undefined) return [{ message: 'there is no schema of the values', file }];
  return openObjects(schema, '').map((place) => ({
    message: `${place} lets unknown values pass: it has no \`"additionalProperties": false\``,
    file,
  }));
};

function openObjects(schema: object, place: string): string[] {
  const node = schema as {
    properties?: Record<string, object>;
    additionalProperties?: unknown;
    items?: object;
  };
  const properties = Object.entries(node.properties ?? {});
  return [
    ...(properties.length > 0 && node.additionalProperties !== false ? [place || '.'] : []),
    ...properties.flatMap(([key, child]) => openObjects(child, `${place}.${key}`)),
    ...(node.items === undefined ? [] : openObjects(node.items, `${place}[]`)),
  ];
}

export const dockerfile: FolderRule = ({ files: { image } }) => {
  if (image === undefined) return [];
  const file = `${image.folder}/Dockerfile`;
  if (image.dockerfile === undefined) return [{ message: 'there is no Dockerfile', file }];
  const lines = image.dockerfile.split('\n').map((text, index) => ({ text, line: index + 1 }));
  const from = lines.filter(({ text }) => text.startsWith('FROM '));
  const user = lines.findLast(({ text }) => text.startsWith('USER '));
  return [
    ...(from.some(({ text }) => text === 'FROM ${BASE}')
      ? []
      : [{ message: 'is not built `FROM ${BASE}`', line: 1 }]),
    ...from
      .filter(({ text }) => text !== 'FROM ${BASE}')
      .map(({ text, line }) => ({ message: `${text}: there is no registry to pull from`, line })),
    ...lines
      .filter(({ text }) => /^ADD |^[A-Z]+ .*https?:\/\//.test(text))
      .map(({ line }) => ({ message: 'fetches something that no checksum pins', line })),
    ...(user !== undefined && /^USER [1-9]\d*$/.test(user.text)
      ? []
      : [{ message: 'does not end without root: `USER 10001`', line: user?.line ?? lines.length }]),
  ].map((violation) => ({ ...violation, file }));
};

export const checksums: FolderRule = ({ files: { image } }) =>
  (image?.missingListings ?? []).map((listing) => ({
    message: 'is not there, which pins what is fetched by its checksums',
    file: `${image?.folder}/${listing}`,
  }));
