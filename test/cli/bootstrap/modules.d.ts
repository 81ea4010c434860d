/** Types of the bootstrap, which is plain JavaScript because it runs before the compiler is installed. */

declare module '*/bin/bootstrap/dependencies.mjs' {
  export function areDependenciesInstalled(root: string): boolean;
}

declare module '*/bin/bootstrap/digest.mjs' {
  export function digestOf(root: string, names: readonly string[]): string;
}

declare module '*/bin/bootstrap/lock.mjs' {
  export function withLock<T>(file: string, work: () => Promise<T>): Promise<T>;
}

declare module '*/bin/bootstrap/process.mjs' {
  export function nameOf(pid: number): string;
}
