/**
 * Bundles the command line: Node reads a handful of files instead of a thousand, which takes half of the time of a short
 * command. Temporal's packages stay apart, for they load native code and hold state that must be there once.
 *
 * A program of its own, because it needs npm packages that the rest of this folder must do without:
 * `node bundle-program.mjs <folder of compiled code>`.
 *
 * @module
 */
import { join, resolve } from 'node:path';

import { rolldown } from 'rolldown';

const temporal = /^@temporalio\//;
const prefix = '\0require:';
const folder = resolve(process.argv[2]);
/** Requires Temporal's packages, which are CommonJS: an import would first read all their text for names of exports. */
const requireTemporal = {
  name: 'require-temporal',
  resolveId: (source, importer) =>
    temporal.test(source) && !importer?.startsWith(prefix) ? `${prefix}${source}` : null,
  load: (id) =>
    id.startsWith(prefix)
      ? { code: `module.exports = require('${id.slice(prefix.length)}');`, moduleType: 'js' }
      : null,
};

const bundle = await rolldown({
  input: { bigdata: join(folder, 'cli', 'main.js') },
  platform: 'node',
  external: (source, importer) => temporal.test(source) && importer?.startsWith(prefix),
  plugins: [requireTemporal],
  // A third of the text; node-fetch takes of it only the class URL, and that only where Node has none.
  resolve: { alias: { 'whatwg-url': 'node:url' } },
  // Of its 735 modules, all of which are pure, a kubeconfig's reader is used: the rest would be parsed at every start.
  treeshake: {
    moduleSideEffects: [{ test: /node_modules\/@kubernetes\/client-node\//, sideEffects: false }],
  },
  logLevel: 'silent',
});
// Beside the other code, whose distance from the clone's own folder they share.
await bundle.write({
  dir: folder,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'chunk-[hash].js',
});
await bundle.close();
