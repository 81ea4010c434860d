/** @module */
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';

import { ExitCode } from '../../errors.js';
import type { Plan } from '../../stack/plan/plan-types.js';
import { archiveExists, writeArchive } from '../../support/archive.js';
import { Bundle } from '../../support/bundle.js';
import { renderIndex } from '../../support/index-page.js';
import type { LastOperation } from '../../support/collect-operations.js';
import { redacted } from '../../support/redacted.js';
import { makeRedactor } from '../../redaction/redactor.js';
import type { CommandContext, CommandResult, StackOptions } from '../command.js';
import { collectFromCluster, collectFromTemporal, showCommands } from '../collect.js';
import type { Cluster } from '../platform/platform.js';
import { Step } from '../progress/step.js';
import { renderCauses } from '../render/components.js';
import { makeStyle } from '../render/style.js';
import { exists } from '../../util/exists.js';
import { planOf } from '../target.js';

export interface SupportBundleOptions extends StackOptions {
  /** The archive; default: named by stack and time, in the working folder. */
  readonly archive?: string;
}

/** Collects what others need to help. Whatever is down is noted, and the rest is still collected. */
export async function supportBundle(
  context: CommandContext,
  options: SupportBundleOptions,
): Promise<CommandResult> {
  const { platform, progress, style } = context;
  const archive = options.archive === undefined ? undefined : resolve(options.archive);
  if (archive !== undefined && (await exists(archive))) throw archiveExists(archive);
  const createdAt = new Date().toISOString();
  const bundle = new Bundle();
  const plan = await bundle.attempt('the plan of the stack file', () => planOf(context, options));
  const shown = new Step('Plan, status, doctor', [], () => showCommands(context, options, bundle));
  const cluster = new Step('Cluster', [], () => collectFromCluster(context, options, plan, bundle));
  const operations = new Step('Operations', [cluster], () =>
    collectFromTemporal(context, plan, cluster.value.cluster, bundle),
  );
  const machine = new Step('Logs of this machine', [], () => platform.collectors.logs(bundle));
  const own = new Step('Versions', [], () => platform.collectors.versions());
  await progress.steps([shown, cluster, operations, machine, own]);

  const versions = { ...own.value, ...cluster.value.versions, ...operations.value.versions };
  bundle.add('versions.json', `${JSON.stringify(versions, undefined, 2)}\n`);
  const { secrets } = cluster.value;
  const redactor = makeRedactor([...platform.collectors.secrets, ...(secrets ?? [])]);
  const files = bundle.files
    .map((file) => redacted(file, redactor))
    .toSorted((one, other) => one.path.localeCompare(other.path));
  const stack = plan?.stack ?? 'unknown';
  const gaps = bundle.gaps.map(({ what, why }) => ({ what, why: redactor.text(why) }));
  const index = renderIndex({
    title: `Support bundle of the stack ${stack}`,
    createdAt,
    versions,
    summary: summaryOf(plan, cluster.value.cluster, operations.value.last),
    causes: causesOf(operations.value.last),
    files,
    gaps,
    redacted: secrets !== undefined,
  });
  const file = archive ?? resolve(`bigdata-support-${stack}-${createdAt.replaceAll(/[:.]/g, '-')}.tar.gz`);
  const folder = basename(file).replace(/\.(tar\.gz|tgz)$/, '');
  await writeArchive(file, folder, [{ path: 'index.md', text: redactor.text(index) }, ...files]);
  const { size } = await stat(file);
  const lines = [
    style.good(
      `${file} holds ${files.length + 1} files (${Math.ceil(size / 1024)} KiB). Begin with its index.md.`,
    ),
    ...gaps.map(({ what, why }) => style.faint(`not in it: ${what}: ${why}`)),
    secrets === undefined
      ? style.bad(
          'The Secrets could not be read, so secrets may be left in the archive: read it before you share it.',
        )
      : 'The values of Secrets are replaced in it; only you can read the file.',
  ];
  return {
    exitCode: ExitCode.ok,
    text: `${lines.join('\n')}\n`,
    document: { file, bytes: size, files: files.length + 1, redacted: secrets !== undefined, missing: gaps },
  };
}

function summaryOf(
  plan: Plan | undefined,
  cluster: Cluster | undefined,
  last: LastOperation | undefined,
): string[] {
  const components = last?.state?.components ?? [];
  return [
    plan === undefined
      ? 'stack: the stack file cannot be read'
      : `stack: ${plan.stack}, namespace ${plan.namespace}, ${plan.components.length} components`,
    `cluster: ${cluster === undefined ? 'cannot be reached' : cluster.access.context}`,
    last === undefined
      ? 'last operation: none is known'
      : `last operation: ${last.type}, ${last.status}, since ${last.startedAt}, workflow ${last.workflowId}, run ${last.runId}`,
    ...components.map(
      ({ name, phase, cause }) => `${name}: ${phase}${cause === undefined ? '' : `, ${cause.message}`}`,
    ),
  ];
}

function causesOf(last: LastOperation | undefined): string {
  return last?.state === undefined ? '' : renderCauses(last.state, makeStyle(false));
}
