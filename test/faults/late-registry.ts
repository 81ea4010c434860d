/**
 * A registry on this machine that is in trouble for as long as a test wants, and then has the actor's image.
 *
 * @module
 */
import { mkdir, readFile, readdir } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { execa } from 'execa';
import { packActor } from '../support/actor.js';
import { type ServedRegistry, serveRegistry } from './served-registry.js';

export interface LateRegistry extends ServedRegistry {
  /** From now on it answers. */
  recover(): void;
}

/** @param folder - for what it serves */
export async function startLateRegistry(folder: string): Promise<LateRegistry> {
  const archive = join(folder, 'actor.tar');
  const layout = join(folder, 'layout');
  await mkdir(layout);
  await packActor('actor:late', archive);
  await execa('tar', ['-xf', archive, '-C', layout]);
  const index = JSON.parse(await readFile(join(layout, 'index.json'), 'utf8')) as {
    manifests: { mediaType: string; digest: string }[];
  };
  const [manifest] = index.manifests;
  const folderOfBlobs = join(layout, 'blobs', 'sha256');
  const blobs = new Map<string, Buffer>();
  for (const hash of await readdir(folderOfBlobs))
    blobs.set(`sha256:${hash}`, await readFile(join(folderOfBlobs, hash)));
  let recovered = false;

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const [, kind, reference = ''] = /\/(manifests|blobs)\/([^/]+)$/.exec(request.url ?? '') ?? [];
    if (!recovered || manifest === undefined) {
      response.writeHead(503).end();
      return;
    }
    if (kind === undefined) {
      response.writeHead(200).end();
      return;
    }
    const digest = reference.startsWith('sha256:') ? reference : manifest.digest;
    const content = blobs.get(digest);
    if (content === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'content-type': kind === 'manifests' ? manifest.mediaType : 'application/octet-stream',
      'content-length': content.length,
      'docker-content-digest': digest,
    });
    response.end(request.method === 'HEAD' ? undefined : content);
  };
  return {
    ...(await serveRegistry(answer)),
    recover: () => {
      recovered = true;
    },
  };
}
