#!/usr/bin/env node
/** Installs dependencies and compiles, where that is needed; says so when nothing was. */
import { prepare } from './bootstrap/prepare.mjs';

const done = await prepare();
if (done.length === 0) {
  process.stderr.write('bigdata: everything is built already\n');
}
