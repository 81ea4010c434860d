/** @module */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';

import { execa } from 'execa';

import { areKubernetesBinariesBuilt, kubectlBinary } from '../../local/binaries.js';
import type { Paths } from '../../paths.js';
import { findHelm } from '../../helm/find-helm.js';
import type { Programs } from './platform.js';

/** What a shell adds to the number of the signal by which a program ended. */
const bySignal = 128;

export function makePrograms(paths: Paths, environment: NodeJS.ProcessEnv): Programs {
  return {
    helm: async (report) => (await findHelm(paths, report, environment)).binary,
    kubectl: async (report) => {
      const isBuilt = await areKubernetesBinariesBuilt(paths);
      return !isBuilt && (await isOnPath('kubectl', environment)) ? 'kubectl' : kubectlBinary(paths, report);
    },
    run: async (program, args, { kubeconfig }) => {
      const child = spawn(program, args, {
        stdio: 'inherit',
        env: { ...environment, KUBECONFIG: kubeconfig },
      });
      const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
      return code ?? bySignal + (signal === null ? 0 : constants.signals[signal]);
    },
  };
}

async function isOnPath(program: string, environment: NodeJS.ProcessEnv): Promise<boolean> {
  const { failed } = await execa(program, ['version', '--client'], {
    reject: false,
    env: environment,
    extendEnv: false,
  });
  return !failed;
}
