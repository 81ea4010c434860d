/** @module */
import { readFile } from 'node:fs/promises';

import { ExitCode, UserError } from '../errors.js';
import { shorten } from '../util/shorten.js';

/** What the network or the machine does to a build, which no other Dockerfile would fix. */
const surroundings =
  /could not resolve|temporary failure (in name resolution|resolving)|failed to fetch|unable to connect|connection (refused|timed out|reset)|no space left on device|cannot allocate memory|signal: killed|network is unreachable/i;

/** Buildah's word for the instruction that failed, whose own quotes it leaves as they are. */
const failedStep = /building at STEP "(?<step>.*?)": (?<why>.*)/;

/** What it says besides. */
const noise = /^(STEP \d|subprocess exited with status|time=|Error: building at STEP)/;

/** Lines of the build that are told. */
const linesTold = 8;

/**
 * The mistake in a Dockerfile that made a build fail.
 *
 * @param lines - all that buildah said
 * @returns undefined if it failed for something else, e.g. for want of a network
 */
export async function dockerfileFault(
  file: string,
  lines: readonly string[],
  cause: unknown,
): Promise<UserError | undefined> {
  const said = lines.map((line) => line.trim()).filter((line) => line !== '');
  if (said.some((line) => surroundings.test(line))) return undefined;
  const failed = said.map((line) => failedStep.exec(line)).find((match) => match !== null);
  const { step, why = '' } = failed?.groups ?? {};
  if (step === undefined) return undefined;
  const output = said
    .slice(said.findLastIndex((line) => line.startsWith('STEP ')) + 1)
    .filter((line) => !noise.test(line))
    .slice(-linesTold);
  const line = lineOf(await readFile(file, 'utf8'), step);
  const reason =
    output.findLast((each) => /^(E|error|fatal)\b/i.test(each)) ??
    output.at(-1) ??
    why.replace(/ &imagebuilder\.Step.*/, '').replace(/^Build error: /, '');
  return new UserError({
    message: `\`${shown(step)}\` failed: ${reason}`,
    where: line === undefined ? file : `${file}:${line}`,
    unchanged: 'Images that were built earlier are kept',
    next: ['Correct the Dockerfile, then run the same command again', ...output].join('\n'),
    exitCode: ExitCode.usage,
    cause,
  });
}

/** The line on which an instruction begins: buildah tells it without its line breaks, and with arguments filled in. */
function lineOf(dockerfile: string, step: string): number | undefined {
  const wanted = plain(step);
  const lines = dockerfile.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    let end = index;
    while (/\\\s*$/.test(lines[end] ?? '') && end < lines.length - 1) end += 1;
    const instruction = lines.slice(index, end + 1).filter((line) => !/^\s*#/.test(line));
    const text = plain(instruction.map((line) => line.replace(/\\\s*$/, '')).join(' '));
    if (text !== '' && (wanted === text || wanted.startsWith(text) || text.startsWith(wanted))) return index + 1;
    index = end;
  }
  return undefined;
}

function plain(text: string): string {
  return text.replaceAll(/\s+/g, '').toLowerCase();
}

function shown(step: string): string {
  return shorten(step.replaceAll(/\s+/g, ' ').trim(), 60);
}
