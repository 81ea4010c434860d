#!/usr/bin/env node
import { prepare } from './bootstrap/prepare.mjs';

await prepare();
await import('../dist/bigdata.js');
