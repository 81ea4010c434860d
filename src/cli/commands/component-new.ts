/** @module */
import { exists } from '../../exists.js';
import { join, relative, resolve } from 'node:path';
import { readFile } from 'node:fs/promises';
import type { NewComponent, NewImage } from '../../contract/new-component.js';
import { ExitCode, UserError } from '../../errors.js';
import { dnsLabel, line } from '../../stack/schema-parts.js';
import type { CommandContext, CommandResult } from '../command.js';

export interface ComponentNewOptions {
  /** Folder of component folders. */
  readonly into: string;
  readonly summary?: string;
  /** Version of the software. */
  readonly softwareVersion: string;
  readonly port: number;
  readonly data: boolean;
  /** Names of Debian packages, with commas between them. */
  readonly packages?: string;
  /** Path of a Dockerfile. */
  readonly dockerfile?: string;
  /** `REPOSITORY:TAG` of an image that is there already. */
  readonly image?: string;
}

/** What the example's server is made of. */
const examplePackages = 'nginx-light';

/** Makes a component folder that keeps every rule and works, for its owner to change. */
export async function componentNew(
  context: CommandContext,
  name: string,
  options: ComponentNewOptions,
): Promise<CommandResult> {
  const { contract } = context.platform;
  const target = resolve(options.into, name);
  const wanted = await wantedOf(name, options);
  if ((await contract.builtIn()).includes(name)) {
    throw refused(
      `There is a component ${name} already, which comes with this program`,
      'Take another name: a stack takes a component from one folder only',
    );
  }
  if (await exists(target)) {
    throw refused(`There is something at ${target} already`, 'Take another name, or another folder (--into)');
  }
  const files = await contract.create(target, wanted);
  const shown = relative(process.cwd(), target) || '.';
  const folder = relative(process.cwd(), resolve(options.into)) || '.';
  const { style } = context;
  const commands = [
    [`bigdata component check ${shown}`, 'every rule that needs no cluster, in seconds'],
    [`bigdata component test ${shown}`, 'on the local cluster: installs, proves, breaks and removes it'],
  ] as const;
  const width = Math.max(...commands.map(([command]) => command.length));
  return {
    exitCode: ExitCode.ok,
    text: [
      style.good(`Made ${shown}, an example that works:`),
      ...files.map((file) => `  ${join(shown, file)}`),
      '',
      ...commands.map(([command, what]) => `  ${style.strong(command.padEnd(width))}  ${what}`),
      '',
      'In a stack file:',
      `  componentFolders: [${folder}]`,
      `  components: { ${wanted.data ? 'volumes: {}, ' : ''}${name}: {} }`,
      '',
      'docs/components.md says what to change, and why each rule is there.',
      '',
    ].join('\n'),
    document: { component: name, folder: target, files },
  };
}

async function wantedOf(name: string, options: ComponentNewOptions): Promise<NewComponent> {
  const { summary = `The ${name} of this stack`, softwareVersion: version, port, data } = options;
  for (const [what, schema, text] of [
    ['The name', dnsLabel, name],
    ['The summary', line, summary],
    ['The version', line, version],
  ] as const) {
    const { error } = schema.safeParse(text);
    if (error !== undefined)
      throw refused(`${what} ${JSON.stringify(text)} ${error.issues[0]?.message}`, 'Write it otherwise');
  }
  return { name, summary, version, port, data, image: await imageOf(options) };
}

async function imageOf({ packages, dockerfile, image }: ComponentNewOptions): Promise<NewImage> {
  const given = [packages, dockerfile, image].filter((each) => each !== undefined);
  if (given.length > 1)
    throw refused('--packages, --dockerfile and --image exclude each other', 'Give one of them, or none');
  if (dockerfile !== undefined) {
    if (!(await exists(resolve(dockerfile))))
      throw refused(`There is no file ${dockerfile}`, 'Give the path of a Dockerfile');
    return { kind: 'dockerfile', text: await readFile(resolve(dockerfile), 'utf8') };
  }
  if (image !== undefined) {
    const [, repository, tag] = /^(\S+):([\w][\w.-]*)$/.exec(image) ?? [];
    if (repository === undefined || tag === undefined || tag === 'latest')
      throw refused(`${image} is no image with a tag that stays`, 'Write it as REPOSITORY:TAG');
    return { kind: 'given', repository, tag };
  }
  const names = (packages ?? examplePackages).split(',').map((each) => each.trim());
  const wrong = names.find((each) => !/^[a-z0-9][a-z0-9+.-]+$/.test(each));
  if (wrong !== undefined)
    throw refused(`${JSON.stringify(wrong)} is no name of a Debian package`, 'Write them as --packages a,b');
  // The example's server is there until it is replaced.
  return { kind: 'packages', packages: [...new Set([...names, examplePackages])] };
}

function refused(message: string, next: string): UserError {
  return new UserError({ message, unchanged: 'Nothing was written', next, exitCode: ExitCode.usage });
}
