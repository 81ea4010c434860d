/**
 * Commands in what the program says, with the options that lead to what the person's own command was about.
 *
 * @module
 */

/**
 * Adds the options that lead to the same stack and cluster, unless a command has some of its own.
 *
 * @param target options, each with a space before it; empty where the defaults are meant
 * @param commands names of those that take these options; texts have them in backticks, without knowing the person's options
 * @example withTargetOptions('run `bigdata up` again', ' -f my.yaml', ['up']) // 'run `bigdata up -f my.yaml` again'
 */
export function withTargetOptions(text: string, target: string, commands: readonly string[]): string {
  if (target === '') return text;
  const named = new RegExp(`\`bigdata (${commands.join('|')})\\b([^\`]*)\``, 'g');
  return text.replaceAll(named, (command, name: string, rest: string) =>
    / (-f|--file|--context|--kubeconfig)\b/.test(rest) ? command : `\`bigdata ${name}${rest}${target}\``,
  );
}
