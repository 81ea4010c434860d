/**
 * `image.yaml`: what a component's image is made of.
 *
 * @module
 */
import { z } from 'zod';
import { parseWith } from './document/parse-with.js';
import { readDocument } from './document/source-document.js';
import { dnsLabel, innerPath } from './schema-parts.js';

const into = innerPath.meta({
  description: "Folder or file below the build context's folder `artifacts/`.",
  examples: ['libs', 'bin/minio'],
});

const mavenArtifact = z
  .strictObject({
    kind: z.literal('maven'),
    pom: innerPath.meta({
      description: "The pom.xml, relative to the image's folder.",
      examples: ['pom.xml'],
    }),
    into,
  })
  .meta({ description: "A Maven project's runtime dependencies, and its own jar if it has sources." });

const goArtifact = z
  .strictObject({
    kind: z.literal('go'),
    package: z
      .string()
      .regex(/^[A-Za-z0-9][\w.~-]*(\/[\w.~-]+)*$|^\.(\/[\w.~-]+)*$/, 'is not the path of a Go package')
      .meta({
        description: "A main package, built with the go.mod and go.sum of the image's folder.",
        examples: ['github.com/minio/minio'],
      }),
    into,
  })
  .meta({ description: 'A Go program.' });

const pythonArtifact = z
  .strictObject({
    kind: z.literal('python'),
    requirements: innerPath.meta({
      description: "The requirements file with versions and hashes, relative to the image's folder.",
      examples: ['requirements.txt'],
    }),
    into,
  })
  .meta({ description: 'Python packages, exactly those that are listed, each compared with its hash.' });

/** The schema of `image.yaml`. */
export const imageSchema = z
  .strictObject({
    name: dnsLabel.meta({
      description: 'Name of the image: last part of its repository.',
      examples: ['kafka'],
    }),
    from: dnsLabel.optional().meta({
      description:
        "The base: a folder under `images/`, or another component whose image it is. Absent for a base's base.",
      examples: ['jre', 'debian'],
    }),
    artifacts: z
      .array(z.discriminatedUnion('kind', [mavenArtifact, goArtifact, pythonArtifact]))
      .default([])
      .meta({
        description: 'What is fetched or built into the folder `artifacts/` before the Dockerfile is built.',
        examples: [[{ kind: 'maven', pom: 'pom.xml', into: 'libs' }]],
      }),
  })
  .meta({ title: 'Image of a component', description: 'What a component image is made of.' });

/** A parsed `image.yaml`. */
export type ImageDefinition = z.output<typeof imageSchema>;

/** One artifact of an image. */
export type Artifact = ImageDefinition['artifacts'][number];

/**
 * Reads and checks an `image.yaml`.
 *
 * @param file - Path of the file.
 * @throws {@link StackFileError} naming every mistake with its line.
 */
export async function loadImageFile(file: string): Promise<ImageDefinition> {
  return parseWith(imageSchema, await readDocument(file));
}
