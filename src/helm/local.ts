/**
 * What Helm does without a cluster.
 *
 * @module
 */
import type { Values } from '../stack/plan/plan-types.js';
import { type HelmPrograms, type ReleaseName, makerOf } from './helm.js';

export interface LocalHelmOptions extends HelmPrograms {
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

export function createLocalHelm(options: LocalHelmOptions): LocalHelm {
  const make = makerOf({ ...options, kubeconfig: '' });
  return {
    template: (chart, { release, namespace }, values) =>
      make({ do: 'render', release, chart, values: JSON.stringify(values) }, { namespace }),
    lint: async (chart, values) => {
      await make({ do: 'lint', chart, values: JSON.stringify(values) }, { namespace: 'default' });
    },
  };
}
