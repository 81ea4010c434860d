/**
 * Python packages, each compared with the hash that its requirements file names.
 *
 * @module
 */
import type { Report } from '../progress.js';
import { runTool } from './tool.js';

/** A requirements file, and where its packages go. */
export interface PythonArtifact {
  /** Path of the requirements file: a version and at least one hash a line. */
  readonly requirements: string;
  /** Folder that is made and filled. */
  readonly output: string;
  /** What people call it. */
  readonly title: string;
}

/**
 * Installs exactly the listed packages into a folder, without those that they depend upon.
 *
 * @throws UserError if pip is missing or fails, e.g. because a package is not what its hash says.
 */
export async function fetchPython({ requirements, output, title }: PythonArtifact, report: Report): Promise<void> {
  await runTool({
    program: 'pip3',
    arguments: [
      '--disable-pip-version-check',
      '--no-input',
      'install',
      '--progress-bar=off',
      '--root-user-action=ignore',
      '--require-hashes',
      '--no-deps',
      '--no-compile',
      `--target=${output}`,
      `--requirement=${requirements}`,
    ],
    purpose: `Fetching the Python packages of ${title}`,
    onLine: (line) => {
      const step = /^\s*(Downloading|Building wheel for|Installing collected packages:) (\S+)/.exec(line);
      if (step !== null) {
        report({ text: `${title}: ${step[1]} ${step[2]}` });
      }
    },
  });
}
