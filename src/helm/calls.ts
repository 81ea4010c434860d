/**
 * Calls of Helm as data: what is asked for, without how it gets there.
 *
 * @module
 */

/** One call. Chart: a folder; values: a document, as in a file of values. */
export type HelmCall =
  | {
      readonly do: 'upgradeInstall';
      readonly release: string;
      readonly chart: string;
      readonly values: string;
      readonly labels: Readonly<Record<string, string>>;
      readonly timeoutSeconds: number;
      readonly adopt: boolean;
    }
  | {
      readonly do: 'rollback';
      readonly release: string;
      readonly revision: number;
      readonly timeoutSeconds: number;
    }
  | { readonly do: 'uninstall'; readonly release: string; readonly timeoutSeconds: number }
  | { readonly do: 'hooks'; readonly release: string }
  | { readonly do: 'template'; readonly release: string; readonly chart: string; readonly values: string }
  /** As for a first install, without a cluster. */
  | { readonly do: 'render'; readonly release: string; readonly chart: string; readonly values: string }
  | { readonly do: 'lint'; readonly chart: string; readonly values: string }
  /** Filter: a regular expression of names. */
  | { readonly do: 'list'; readonly filter?: string };

/** Revisions that Helm remembers: the current, the one before to go back to, and one that failed between. */
const history = '3';

/** As in `helm install`: the stack file decides, also over what somebody changed by hand. */
const apply = ['--server-side=true', '--force-conflicts', '--history-max', history];

/** All states, which `helm list` leaves out otherwise. */
const states = ['--deployed', '--failed', '--pending', '--superseded', '--uninstalled', '--uninstalling'];

/** The command line of Helm's own program, and its standard input. */
export function commandOf(call: HelmCall): { readonly args: readonly string[]; readonly input?: string } {
  switch (call.do) {
    case 'upgradeInstall': {
      const { release, chart, values, labels, timeoutSeconds, adopt } = call;
      const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
      return {
        args: [
          'upgrade', release, chart, '--install', '--values', '-', '--labels', pairs.join(','),
          // Without it, an empty mapping means "as before".
          '--reset-values', ...apply, '--hide-notes', '--timeout', `${timeoutSeconds}s`,
          ...(adopt ? ['--take-ownership'] : []),
        ], // prettier-ignore
        // By standard input: nothing is left on disk, and nothing shows in the process list.
        input: values,
      };
    }
    case 'rollback': {
      const { release, revision, timeoutSeconds } = call;
      return { args: ['rollback', release, String(revision), ...apply, '--timeout', `${timeoutSeconds}s`] };
    }
    case 'uninstall': {
      const { release, timeoutSeconds } = call;
      // Why a release could not be deleted Helm says to who debugs it, and to nobody else.
      return {
        args: ['uninstall', release, '--ignore-not-found', '--timeout', `${timeoutSeconds}s`, '--debug'],
      };
    }
    case 'hooks':
      return { args: ['get', 'hooks', call.release] };
    case 'template': {
      const { release, chart, values } = call;
      return {
        args: ['template', release, chart, '--values', '-', '--is-upgrade', '--dry-run=server'],
        input: values,
      };
    }
    case 'render': {
      const { release, chart, values } = call;
      return { args: ['template', release, chart, '--values', '-'], input: values };
    }
    case 'lint':
      return { args: ['lint', call.chart, '--strict', '--quiet', '--values', '-'], input: call.values };
    case 'list': {
      const { filter } = call;
      const chosen = filter === undefined ? [] : ['--filter', filter];
      return { args: ['list', ...states, ...chosen, '--max', '0', '--output', 'json'] };
    }
  }
}
