/**
 * Commands in what the program says, with the options that lead to what the person's own command was about.
 *
 * @module
 */

/** Commands on a stack, in backticks as texts name them; whoever wrote the text does not know the person's options. */
const commands =
  /`bigdata (up|plan|status|retry|skip|abort|verify|uninstall|endpoints|support-bundle)\b([^`]*)`/g;

/**
 * Adds the options that lead to the same stack and cluster, unless a command has some of its own.
 *
 * @param target options, each with a space before it; empty where the defaults are meant
 * @example withTargetOptions('run `bigdata up` again', ' -f my.yaml') // 'run `bigdata up -f my.yaml` again'
 */
export function withTargetOptions(text: string, target: string): string {
  if (target === '') return text;
  return text.replaceAll(commands, (command, name: string, rest: string) =>
    / (-f|--file|--context|--kubeconfig)\b/.test(rest) ? command : `\`bigdata ${name}${rest}${target}\``,
  );
}
