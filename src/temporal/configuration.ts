/**
 * A Temporal that the user named through Temporal's standard environment configuration.
 *
 * @module
 */
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { ClientConnectConfig } from '@temporalio/envconfig';

import { ExitCode, UserError } from '../errors.js';
import { errorText } from '../util/error-text.js';

/**
 * Reads `TEMPORAL_ADDRESS`, `TEMPORAL_PROFILE`, the configuration file and their relatives.
 *
 * @returns undefined if they name no server, so that the local one is meant
 * @throws UserError if the configuration cannot be read
 * @see https://docs.temporal.io/develop/environment-configuration
 */
export function configuredServer(environment: NodeJS.ProcessEnv): ClientConnectConfig | undefined {
  try {
    const variables = Object.entries(environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    const configuration = loadClientConnectConfig({ overrideEnvVars: Object.fromEntries(variables) });
    return configuration.connectionOptions.address === undefined ? undefined : configuration;
  } catch (error) {
    throw new UserError({
      message: `Temporal's environment configuration is not valid: ${errorText(error)}`,
      where: 'the TEMPORAL_* environment variables, or the file that TEMPORAL_CONFIG_FILE names',
      unchanged: 'Nothing was touched',
      next: '`temporal config list`, or unset TEMPORAL_PROFILE and TEMPORAL_CONFIG_FILE for the local server',
      exitCode: ExitCode.usage,
      cause: error,
    });
  }
}
