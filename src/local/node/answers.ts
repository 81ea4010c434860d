/**
 * Whether somebody answers, over the two ways that the node's programs can be asked without a certificate.
 *
 * @module
 */
import { get } from 'node:http';
import { connect } from 'node:net';

/** Whether a Unix socket takes connections. */
export async function answersOn(socket: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const connection = connect(socket);
    connection.on('connect', () => {
      connection.destroy();
      resolve(true);
    });
    connection.on('error', () => resolve(false));
  });
}

/** Whether an HTTP server says 200 within two seconds. */
export async function saysOk(host: string, port: number, path: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const asked = get({ host, port, path, agent: false, timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(false));
  });
}
