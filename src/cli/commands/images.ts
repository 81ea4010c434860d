/** @module */
import { ExitCode } from '../../errors.js';
import type { CommandContext, CommandResult } from '../command.js';
import type { BuiltImage } from '../platform/platform.js';
import { Step } from '../progress/step.js';

export interface BuildImagesOptions {
  readonly file: string;
}

export interface PushImagesOptions extends BuildImagesOptions {
  /** False for a registry without TLS. */
  readonly tlsVerify: boolean;
}

/** Builds the images of the stack on this machine. */
export async function buildImages(
  context: CommandContext,
  { file }: BuildImagesOptions,
): Promise<CommandResult> {
  const { platform, progress } = context;
  await platform.stacks.plan(file, 'local');
  const machine = new Step('This machine', [], (report) => platform.machine.ensure(report));
  const build = new Step('Images', [machine], (report) => platform.images.build(file, 'local', report));
  await progress.steps([machine, build]);
  return listed(build.value, 'built');
}

/** Builds the images of the stack and pushes them to the registry that the stack file names. */
export async function pushImages(
  context: CommandContext,
  options: PushImagesOptions,
): Promise<CommandResult> {
  const { platform, progress } = context;
  const { file, tlsVerify } = options;
  await platform.stacks.plan(file, 'cluster');
  const machine = new Step('This machine', [], (report) => platform.machine.ensure(report));
  const push = new Step('Images', [machine], (report) => platform.images.push(file, { tlsVerify }, report));
  await progress.steps([machine, push]);
  return listed(push.value, 'pushed');
}

function listed(images: readonly BuiltImage[], done: 'built' | 'pushed'): CommandResult {
  return {
    exitCode: ExitCode.ok,
    text: images.map(({ reference }) => `${done} ${reference}\n`).join(''),
    document: { [done]: images },
  };
}
