/**
 * What a new component is like, by options and by answers.
 *
 * @module
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { z } from 'zod';
import { exists } from '../util/exists.js';
import type { NewComponent, NewImage } from '../contract/new-component.js';
import { ExitCode, UserError } from '../errors.js';
import { dnsLabel, imageTag, line } from '../stack/files/schema-parts.js';
import type { CommandContext } from './command.js';
import { refusePort } from './program/options.js';

/** What a person may say of a new component; what is left out is asked for, or as in the example. */
export interface ComponentDescription {
  readonly summary?: string;
  /** Version of the software. */
  readonly softwareVersion?: string;
  readonly port?: number;
  readonly data?: boolean;
  /** Names of Debian packages, with commas between them. */
  readonly packages?: string;
  /** Path of a Dockerfile. */
  readonly dockerfile?: string;
  /** `REPOSITORY:TAG` of an image that is there already. */
  readonly image?: string;
}

/** What the example's server is made of. */
const examplePackages = 'nginx-light';

const defaultPort = 8_080;

/**
 * What is wanted: as described, and the rest as in the example.
 *
 * @throws UserError saying what cannot be taken
 */
export async function wantedComponent(name: string, described: ComponentDescription): Promise<NewComponent> {
  const { summary = summaryOf(name), softwareVersion: version = '1.0.0', data = true } = described;
  refuseUnless(dnsLabel, 'The name', name);
  refuseUnless(line, 'The summary', summary);
  refuseUnless(line, 'The version', version);
  refuseUnless(imageTag, 'The version, which is the tag of the image,', version);
  const { port = defaultPort } = described;
  return { name, summary, version, port, data, image: await imageOf(described) };
}

/** Asks for what the description leaves out. Expects that a person can be asked. */
export async function askForDescription(
  { questions }: CommandContext,
  name: string,
): Promise<ComponentDescription> {
  refuseUnless(dnsLabel, 'The name', name);
  const summary = await questions.text('What is it, in one line?', summaryOf(name), refusalOf(line));
  const softwareVersion = await questions.text('Which version of its software?', '1.0.0', refusalOf(line));
  const image = await askForImage(questions);
  const port = await questions.text('On which port does it listen?', String(defaultPort), refusePort);
  const data = await questions.yes('Does it keep data?', true);
  return { summary, softwareVersion, ...image, port: Number(port), data };
}

type ImageDescription = Pick<ComponentDescription, 'packages' | 'dockerfile' | 'image'>;

async function askForImage(questions: CommandContext['questions']): Promise<ImageDescription> {
  const kind = await questions.choose('Where does its image come from?', {
    packages: 'built here, of Debian packages',
    dockerfile: 'built here, by a Dockerfile that you have',
    image: 'it is there already, in a registry',
  });
  switch (kind) {
    case 'packages':
      return { packages: await questions.text('Which packages?', examplePackages, refusePackages) };
    case 'dockerfile':
      return { dockerfile: await questions.text('Where is the Dockerfile?', 'Dockerfile', () => undefined) };
    case 'image':
      return { image: await questions.text('Which image?', `example.com/software:1.0.0`, refuseImage) };
  }
}

function summaryOf(name: string): string {
  return `The ${name} of this stack`;
}

function refusalOf(schema: z.ZodType): (text: string) => string | undefined {
  return (text) => {
    const message = schema.safeParse(text).error?.issues[0]?.message;
    return message === undefined ? undefined : `It ${message}`;
  };
}

function refuseUnless(schema: z.ZodType, what: string, text: string): void {
  const { error } = schema.safeParse(text);
  if (error !== undefined)
    throw refused(`${what} ${JSON.stringify(text)} ${error.issues[0]?.message}`, 'Write it otherwise');
}

async function imageOf({ packages, dockerfile, image }: ImageDescription): Promise<NewImage> {
  const given = [packages, dockerfile, image].filter((each) => each !== undefined);
  if (given.length > 1)
    throw refused('--packages, --dockerfile and --image exclude each other', 'Give one of them, or none');
  if (dockerfile !== undefined) {
    if (!(await exists(resolve(dockerfile))))
      throw refused(`There is no file ${dockerfile}`, 'Give the path of a Dockerfile');
    return { kind: 'dockerfile', text: await readFile(resolve(dockerfile), 'utf8') };
  }
  if (image !== undefined) {
    const parts = partsOf(image);
    if (parts === undefined)
      throw refused(`${image} is no image with a tag that stays`, 'Write it as REPOSITORY:TAG');
    return { kind: 'given', ...parts };
  }
  const names = namesOf(packages ?? examplePackages);
  const wrong = names.find((each) => !isPackage(each));
  if (wrong !== undefined)
    throw refused(`${JSON.stringify(wrong)} is no name of a Debian package`, 'Write them as --packages a,b');
  // The example's server is there until it is replaced.
  return { kind: 'packages', packages: [...new Set([...names, examplePackages])] };
}

function partsOf(image: string): { repository: string; tag: string } | undefined {
  const [, repository, tag] = /^(\S+):([\w][\w.-]*)$/.exec(image) ?? [];
  return repository === undefined || tag === undefined || tag === 'latest' ? undefined : { repository, tag };
}

function refuseImage(image: string): string | undefined {
  return partsOf(image) === undefined ? 'An image is REPOSITORY:TAG, with a tag that stays.' : undefined;
}

function namesOf(packages: string): string[] {
  return packages.split(',').map((each) => each.trim());
}

function isPackage(name: string): boolean {
  return /^[a-z0-9][a-z0-9+.-]+$/.test(name);
}

function refusePackages(packages: string): string | undefined {
  return namesOf(packages).every(isPackage)
    ? undefined
    : 'Write names of Debian packages, with commas between them.';
}

export function refused(message: string, next: string): UserError {
  return new UserError({ message, unchanged: 'Nothing was written', next, exitCode: ExitCode.usage });
}
