/**
 * Tries a component folder by every rule that needs no cluster.
 *
 * @module
 */
import { relative } from 'node:path';
import { HelmError, templateIn } from '../helm/errors.js';
import type { LocalHelm } from '../helm/local.js';
import type { Path } from '../stack/files/document/source-document.js';
import { type Issue, type LoadedComponent, StackFileError } from '../stack/plan/plan.js';
import type { JsonValue, Values } from '../stack/plan/plan-types.js';
import { findValueIssues } from '../stack/plan/values/validate.js';
import { acrossRules, chartRules, folderRules, ownRules } from './catalogue.js';
import { type ComponentFiles, readComponentFiles } from './files.js';
import { type Place, placeInChart } from './locate.js';
import { type Render, parseRender } from './rendered.js';
import { constantSecrets, lostSecrets } from './rules/configuration.js';
import { type Violation, describeViolation } from './rules/rule.js';
import { type Variant, variantsOf } from './variants.js';

/** One thing that is against a rule. */
export interface Finding {
  /** Name of the rule. */
  readonly rule: string;
  readonly why: string;
  /** What is wrong, with the object and container. */
  readonly message: string;
  /** Relative to the component's folder, as far as it is known. */
  readonly file?: string;
  /** From 1, as far as it is known. */
  readonly line?: number;
  /** Values with which it is so, if not with the defaults. */
  readonly variant?: string;
}

type Described = { readonly name: string; readonly why: string };

/**
 * Everything that is against the rules.
 *
 * @throws StackFileError if a file of the folder cannot be read as what it is
 */
export async function checkComponent(component: LoadedComponent, helm: LocalHelm): Promise<Finding[]> {
  const files = await readComponentFiles(component);
  const variants = variantsOf(component);
  const ofFolder = folderRules.flatMap(({ rule, ...described }) =>
    rule({ component, files }).map((violation) => found(described, violation, component)),
  );
  const ofSizes = await sizeFindings(component, files);
  const ofVariants = await Promise.all(
    variants.map((variant) => tryVariant(component, files, variant, helm)),
  );
  const renders = ofVariants.flatMap(({ render }) => (render === undefined ? [] : [render]));
  return [
    ...ofFolder,
    ...ofSizes,
    ...withoutRepeated(ofVariants.flatMap(({ findings }) => findings)),
    // Of some values alone nobody can tell what none has.
    ...(renders.length === variants.length ? findingsAcross(component, files, renders) : []),
  ];
}

/** What is against the rules about all variants together. */
function findingsAcross(
  component: LoadedComponent,
  { templates }: ComponentFiles,
  renders: readonly Render[],
): Finding[] {
  const templateOf = new Map(renders.flatMap((each) => [...each.templateOf]));
  return acrossRules.flatMap(({ rule, ...described }) =>
    rule({ component, renders: renders.map(({ objects }) => objects) }).map((violation) => ({
      ...found(described, violation, component),
      ...placeInChart(violation, { templateOf, templates }),
    })),
  );
}

/** What is against the rules with the values of one variant, and what the chart makes of them, unless they are refused. */
interface Tried {
  readonly findings: readonly Finding[];
  readonly render?: Render;
}

async function tryVariant(
  component: LoadedComponent,
  files: ComponentFiles,
  variant: Variant,
  helm: LocalHelm,
): Promise<Tried> {
  const { chart, name } = component;
  const { values, profile } = variant;
  const named = variant.name === 'defaults' ? {} : { variant: variant.name };
  const refused = await valueFindings(component, variant);
  if (refused.length > 0) return { findings: refused.map((finding) => ({ ...finding, ...named })) };
  const folder = relative(component.folder, chart);
  const release = { release: name, namespace: 'default' };
  let once: Render;
  let again: Render;
  try {
    // A template that fails is told by one, not by both.
    once = parseRender(await helm.template(chart, release, values), folder);
    again = parseRender(await helm.template(chart, release, values), folder);
    await helm.lint(chart, values);
  } catch (error) {
    if (!(error instanceof HelmError)) throw error;
    const place = placeOfHelm(error, folder);
    return { findings: [{ ...describedBy(ownRules.renders), ...place, message: saidBy(error), ...named }] };
  }
  const rules = chartRules.filter((each) => each.profile === undefined || each.profile === profile);
  const violations = [
    ...rules.flatMap(({ rule, ...described }) =>
      rule({ component, objects: once.objects }).map((violation) => ({ described, violation })),
    ),
    ...constantSecrets(once.objects, again.objects).map((violation) => ({
      described: ownRules.constantSecrets,
      violation,
    })),
    ...lostSecrets(once.objects, again.objects).map((violation) => ({
      described: ownRules.lostSecrets,
      violation,
    })),
  ];
  const sources = { templateOf: once.templateOf, templates: files.templates };
  const findings = violations.map(({ described, violation }) => ({
    ...found(described, violation, component),
    ...placeInChart(violation, sources),
    ...named,
  }));
  return { findings, render: once };
}

/** What the chart's own schema has against values that the component brings. */
async function valueFindings(component: LoadedComponent, { profile, values }: Variant): Promise<Finding[]> {
  const { chart, source, profiles, folder } = component;
  const origins = [{ source: profiles.get(profile) ?? source, path: [] }];
  const issues = await findValueIssues(chart, values, origins, { source, path: ['chart'] }).catch(issuesOf);
  return issues.map(({ file, line, message, hint }) => ({
    ...describedBy(ownRules.schemaTakesValues),
    message: `${message}: ${hint}`,
    file: relative(folder, file),
    ...(line === undefined ? {} : { line }),
  }));
}

function issuesOf(error: unknown): readonly Issue[] {
  if (error instanceof StackFileError) return error.issues;
  throw error;
}

/** Sizes below `resources` that the schema lets pass although Kubernetes cannot read them. */
async function sizeFindings(component: LoadedComponent, { defaults }: ComponentFiles): Promise<Finding[]> {
  const { chart, source, folder } = component;
  const origin = { source, path: [] };
  const findings: Finding[] = [];
  for (const path of placesOf('resources', defaults)) {
    const wrong = nested([...path, 'limits', 'memory'], '12Q');
    const issues = await findValueIssues(chart, wrong, [origin], origin);
    if (issues.length > 0) continue;
    findings.push({
      ...describedBy(ownRules.sizes),
      message: `${path.join('.')}.limits.memory takes 12Q`,
      file: `${relative(folder, chart)}/values.schema.json`,
    });
  }
  return findings;
}

/** Paths of all mappings by this name in values. */
function placesOf(name: string, values: JsonValue | undefined, path: readonly string[] = []): string[][] {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return [];
  return Object.entries(values).flatMap(([key, value]) =>
    key === name ? [[...path, key]] : placesOf(name, value, [...path, key]),
  );
}

/** A mapping that has one value, at a path. */
function nested(path: readonly string[], value: JsonValue): Values {
  return path.reduceRight<JsonValue>((inner, key) => ({ [key]: inner }), value) as Values;
}

function found({ name: rule, why }: Described, violation: Violation, component: LoadedComponent): Finding {
  const { file, line, definition } = violation;
  const place =
    definition === undefined
      ? { ...(file === undefined ? {} : { file }), ...(line === undefined ? {} : { line }) }
      : placeInDefinition(component, definition);
  return { rule, why, message: describeViolation(violation), ...place };
}

function placeInDefinition({ source, folder }: LoadedComponent, path: Path): Place {
  return { file: relative(folder, source.file), line: source.positionOfKey(path).line };
}

function placeOfHelm({ message }: HelmError, folder: string): Place {
  const template = templateIn(message);
  return template === undefined ? {} : { ...template, file: `${folder}/${template.file}` };
}

function saidBy({ message, lines }: HelmError): string {
  const lint = lines.filter((line) => /^\[(ERROR|WARNING|INFO)\]/.test(line));
  return lint.length > 0 ? lint.join('; ') : message;
}

function describedBy({ name: rule, why }: Described): Pick<Finding, 'rule' | 'why'> {
  return { rule, why };
}

/** What is so with the defaults is not told of profiles once more. */
function withoutRepeated(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ rule, message }) => {
    const key = `${rule}\n${message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
