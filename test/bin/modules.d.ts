declare module '*/bin/tests/ledger.mjs' {
  export interface Pass {
    readonly at: string;
    readonly seconds: number;
    readonly tests: number;
  }
  export function passOf(folder: string, digest: string): Pass | undefined;
  export function recordPass(folder: string, digest: string, pass: Pass): void;
  export function forgetPass(folder: string, digest: string): void;
  export function prune(folder: string, now?: number): void;
}

declare module '*/bin/tests/manifest.mjs' {
  export type Manifest = ReadonlyMap<string, string>;
  export function manifestOf(root: string): Manifest;
  export function manifestAt(root: string, revision: string): Manifest;
}

declare module '*/bin/tests/units.mjs' {
  export interface Unit {
    readonly file: string;
    readonly component?: string;
    readonly digest: string;
  }
  export function headerOf(text: string): {
    readonly perComponent: boolean;
    readonly components: string[] | undefined;
  };
  export function unitsOf(options: {
    readonly root: string;
    readonly files: readonly string[];
    readonly manifest: ReadonlyMap<string, string>;
    readonly closures: ReadonlyMap<string, readonly string[]>;
    readonly readsProse?: boolean;
    readonly variant: string;
  }): Unit[];
  export function closuresOf(
    components: readonly { readonly name: string; readonly needs: readonly string[] }[],
  ): Map<string, string[]>;
  export function testFilesBelow(root: string, folder: string): string[];
}

declare module '*/bin/tests/tiers.mjs' {
  export interface Step {
    readonly name?: string;
    readonly project: string;
    readonly files?: readonly string[];
  }
  export interface Tier {
    readonly name: string;
    readonly cluster?: string;
    readonly lanes: readonly (readonly Step[])[];
  }
  export const quickTiers: readonly Tier[];
  export const restTiers: readonly Tier[];
}

declare module '*/bin/tests/run-tiers.mjs' {
  export function runTiers(
    run: object,
    tiers: readonly { readonly name: string; readonly lanes: readonly (readonly object[])[] }[],
  ): Promise<void>;
}

declare module '*/bin/tests/summary.mjs' {
  export class Summary {
    get failed(): number;
  }
}

declare module '*/bin/tests/reporter.mjs' {
  export default class FileReporter {
    constructor(options: object, environment?: NodeJS.ProcessEnv);
    onTestModuleEnd(module: object): void;
  }
}
