/**
 * What Helm does without a cluster.
 *
 * @module
 */
import { execa } from 'execa';
import type { Values } from '../stack/plan/plan-types.js';
import { helmEnvironment } from './environment.js';
import { HelmError, classify, linesOf, messageOf } from './errors.js';
import type { ReleaseName } from './helm.js';

export interface LocalHelmOptions {
  /** Path of the program. */
  readonly binary: string;
  /** Folder for Helm's cache, configuration and data. */
  readonly home: string;
}

/** Helm without a cluster. Every call throws {@link HelmError}. */
export interface LocalHelm {
  /** Manifests of a chart, those of hooks included, each after the path of its template. */
  template(
    chart: string,
    release: Pick<ReleaseName, 'release' | 'namespace'>,
    values: Values,
  ): Promise<string>;
  /** @throws HelmError with what there is to say against the chart, warnings included */
  lint(chart: string, values: Values): Promise<void>;
}

export function createLocalHelm({ binary, home }: LocalHelmOptions): LocalHelm {
  const run = async (args: readonly string[], values: Values): Promise<string> => {
    const result = await execa(binary, [...args, '--values', '-'], {
      env: helmEnvironment({ kubeconfig: '' }, home),
      extendEnv: false,
      input: JSON.stringify(values),
      reject: false,
      maxBuffer: 8_000_000,
    });
    if (!result.failed) return result.stdout;
    const text = `${result.stderr}\n${result.stdout}`.trim();
    throw new HelmError(classify(text), messageOf(text), { lines: linesOf(text) });
  };
  return {
    template: (chart, { release, namespace }, values) =>
      run(['template', release, chart, '--namespace', namespace], values),
    lint: async (chart, values) => {
      await run(['lint', chart, '--strict', '--quiet'], values);
    },
  };
}
