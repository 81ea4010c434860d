/** @module */
import type { Command } from 'commander';
import { withExamples, withFile, withOutput } from '../options.js';
import type { Registry } from '../registry.js';

/** `bigdata images`: its commands. */
export function images({ program, defaultFile, run }: Registry): void {
  const group = program
    .command('images')
    .description('Builds the images of the stack, and pushes them to a registry.');
  const imagesCommand = (name: string, summary: string): Command =>
    withFile(withOutput(group.command(name).description(summary)), defaultFile);
  withExamples(imagesCommand('build', 'Builds the images on this machine.'), [
    ['bigdata images build', 'no registry needed'],
  ]).action(run(async () => (await import('../../commands/images.js')).buildImages));
  withExamples(
    imagesCommand('push', 'Builds the images and pushes them to `images.registry` of the stack file.').option(
      '--no-tls-verify',
      'the registry speaks plain HTTP, or has a self-signed certificate',
    ),
    [['bigdata images push -f my-stack.yaml', 'credentials: as `buildah login` left them']],
  ).action(run(async () => (await import('../../commands/images.js')).pushImages));
}
