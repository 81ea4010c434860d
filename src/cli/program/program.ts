/**
 * The command line. Each command registers itself from its own file in `commands/`.
 *
 * @module
 */
import { Command, Help, type Option } from 'commander';
import { abort } from './commands/abort.js';
import { codecServer } from './commands/codec-server.js';
import { complete } from './commands/complete.js';
import { completion } from './commands/completion.js';
import { component } from './commands/component.js';
import { connect } from './commands/connect.js';
import { doctor } from './commands/doctor.js';
import { down } from './commands/down.js';
import { endpoints } from './commands/endpoints.js';
import { explain } from './commands/explain.js';
import { history } from './commands/history.js';
import { images } from './commands/images.js';
import { list } from './commands/list.js';
import { logs } from './commands/logs.js';
import { plan } from './commands/plan.js';
import { replay } from './commands/replay.js';
import { retry } from './commands/retry.js';
import { rollback } from './commands/rollback.js';
import { rotate } from './commands/rotate.js';
import { skip } from './commands/skip.js';
import { status } from './commands/status.js';
import { supportBundle } from './commands/support-bundle.js';
import { tools } from './commands/tools.js';
import { uninstall } from './commands/uninstall.js';
import { up } from './commands/up.js';
import { verify } from './commands/verify.js';
import { version } from './commands/version.js';
import { watch } from './commands/watch.js';
import { worker } from './commands/worker.js';
import { type ProgramOptions, makeRegistry } from './registry.js';

/** In the order of `--help`. */
const commands = [
  up,
  plan,
  status,
  retry,
  skip,
  abort,
  verify,
  rollback,
  rotate,
  watch,
  uninstall,
  endpoints,
  connect,
  down,
  doctor,
  worker,
  codecServer,
  supportBundle,
  explain,
  replay,
  images,
  component,
  logs,
  history,
  tools,
  list,
  completion,
  complete,
  version,
];

/** Builds the program. */
export function makeProgram(options: ProgramOptions): Command {
  const program = new Command('bigdata')
    .description(
      'Installs an open-source analytics platform on Kubernetes, in the right order, and proves that it works.',
    )
    .version(options.version)
    .configureHelp({ optionDescription })
    .showHelpAfterError('(see --help)')
    .enablePositionalOptions()
    .showSuggestionAfterError();
  const registry = makeRegistry(program, options);
  for (const register of commands) register(registry);
  return program;
}

/** Without the defaults that say nothing: of flags, and of what may be left out. */
function optionDescription(option: Option): string {
  return new Help().optionDescription(option).replace(/ \(default: (false|none)\)$/, '');
}

/** Names of the commands on a stack that take its file and its cluster at their end; kubectl's and Helm's arguments end theirs. */
export function stackCommands(program: Command): string[] {
  return program.commands
    .filter(({ options }) => options.some(({ long }) => long === '--context'))
    .filter(({ options }) => options.some(({ long }) => long === '--file'))
    .filter(({ registeredArguments }) =>
      registeredArguments.every((argument) => argument.name() !== 'arguments'),
    )
    .map((command) => command.name());
}
