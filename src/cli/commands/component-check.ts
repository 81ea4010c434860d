/** @module */
import { relative } from 'node:path';
import { rulesDescribed } from '../../contract/catalogue.js';
import type { Finding } from '../../contract/check-component.js';
import { ExitCode } from '../../errors.js';
import type { CommandContext, CommandResult } from '../command.js';
import { Step } from '../progress/step.js';
import { duration } from '../render/duration.js';
import type { Style } from '../render/style.js';

/** Tries a component folder by every rule that needs no cluster; changes nothing. */
export async function componentCheck(context: CommandContext, folder: string): Promise<CommandResult> {
  const { platform, progress, style } = context;
  const start = performance.now();
  const component = await platform.contract.load(folder);
  const check = new Step('Rules', [], (report) => platform.contract.check(component, report));
  await progress.steps([check]);
  const findings = check.value;
  const { name } = component;
  const took = duration(performance.now() - start);
  const broken = new Set(findings.map(({ rule }) => rule)).size;
  const headline =
    findings.length === 0
      ? style.good(`${name} keeps all ${rulesDescribed.length} rules (${took}).`)
      : style.bad(
          `${name} breaks ${broken} of ${rulesDescribed.length} rules (${took}). Nothing was changed.`,
        );
  return {
    exitCode: findings.length === 0 ? ExitCode.ok : ExitCode.usage,
    text: `${renderFindings(findings, component.folder, style)}${headline}\n`,
    document: { component: name, folder: component.folder, rules: rulesDescribed.length, findings },
  };
}

/** By rule: what is asked, and each place where it is not so. */
function renderFindings(findings: readonly Finding[], folder: string, style: Style): string {
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  return rules
    .map((rule) => {
      const own = findings.filter((finding) => finding.rule === rule);
      const lines = own.map(
        (finding) => `  ${placeOf(finding, folder)}${finding.message}${variantOf(finding)}\n`,
      );
      return `${style.bad(rule)}: ${own[0]?.why}\n${lines.join('')}\n`;
    })
    .join('');
}

function placeOf({ file, line }: Finding, folder: string): string {
  const shown = relative(process.cwd(), folder) || '.';
  if (file === undefined) return `${shown}: `;
  return `${shown}/${file}${line === undefined ? '' : `:${line}`}: `;
}

function variantOf({ variant }: Finding): string {
  return variant === undefined ? '' : ` (${variant})`;
}
