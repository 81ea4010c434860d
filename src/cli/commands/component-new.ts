/** @module */
import { stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { defined } from '../../util/defined.js';
import { ExitCode } from '../../errors.js';
import { exists } from '../../util/exists.js';
import type { CommandContext, CommandResult } from '../command.js';
import {
  type ComponentDescription,
  askForDescription,
  refused,
  wantedComponent,
} from '../component-answers.js';

export interface ComponentNewOptions extends ComponentDescription {
  /** Folder of component folders. */
  readonly into: string;
  /** Takes what the example has, and asks nothing. */
  readonly yes: boolean;
}

/** Makes a component folder that keeps every rule and works, for its owner to change. */
export async function componentNew(
  context: CommandContext,
  name: string,
  options: ComponentNewOptions,
): Promise<CommandResult> {
  const { contract } = context.platform;
  const into = resolve(options.into);
  const target = join(into, name);
  if ((await contract.builtIn()).includes(name)) {
    throw refused(
      `There is a component ${name} already, which comes with this program`,
      'Take another name: a stack takes a component from one folder only',
    );
  }
  if ((await exists(into)) && !(await stat(into)).isDirectory()) {
    throw refused(`${options.into} is not a folder`, 'Name a folder by --into; it need not exist');
  }
  if (await exists(target)) {
    throw refused(`There is something at ${target} already`, 'Take another name, or another folder (--into)');
  }
  const wanted = await wantedComponent(name, await describe(context, name, options));
  const files = await contract.create(target, wanted);
  const shown = relative(process.cwd(), target) || '.';
  const folder = relative(process.cwd(), into) || '.';
  const { style } = context;
  const commands = [
    [`bigdata component check ${shown}`, 'every rule that needs no cluster, in seconds'],
    [`bigdata component test ${shown}`, 'on the local cluster: installs, proves, breaks and removes it'],
  ] as const;
  return {
    exitCode: ExitCode.ok,
    text: [
      style.good(`Made ${shown}, an example that works:`),
      ...files.map((file) => `  ${join(shown, file)}`),
      '',
      ...commands.flatMap(([command, what]) => [`  # ${what}`, `  ${style.strong(command)}`]),
      '',
      'In a stack file:',
      `  name: ${name}`,
      `  namespace: ${name}`,
      `  componentFolders: [${folder}]`,
      `  components: { ${wanted.data ? 'volumes: {}, ' : ''}${name}: {} }`,
      '',
      'docs/components.md says what to change, and explains each rule.',
      '',
    ].join('\n'),
    document: { component: name, folder: target, files },
  };
}

/** A person at a terminal who says nothing is asked. */
async function describe(
  context: CommandContext,
  name: string,
  { into: _into, yes, ...options }: ComponentNewOptions,
): Promise<ComponentDescription> {
  const { summary, softwareVersion, port, data, packages, dockerfile, image } = options;
  const described = defined({ summary, softwareVersion, port, data, packages, dockerfile, image });
  const isAsked = context.interactive && !yes && Object.keys(described).length === 0;
  return isAsked ? await askForDescription(context, name) : described;
}
