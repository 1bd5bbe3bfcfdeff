#!/usr/bin/env node
// Bundles the compiled command line into dist/bundle/: `npm run build` does, after the compiler; set-up does when needed.
import { build } from './lib/bundle.mjs';

await build();
