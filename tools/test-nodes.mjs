#!/usr/bin/env node
// `npm run test:nodes`: the whole suite under Node 20, 22 and 24, each from npm's package `node-linux-*`, kept below
// .setup/nodes. Versions behind it choose some; other arguments, after --, go to AVA.
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { runChild, runStep } from './lib/child.mjs';
import { headerPrefix } from './lib/native.mjs';
import { inRoot, setupDirectory } from './lib/paths.mjs';
import { runWhenSetUp } from './lib/setup.mjs';

const ALL = ['20', '22', '24'];

/** @param {string} line */
const say = (line) => process.stdout.write(`nodes: ${line}\n`);

/** @param {string} major */
async function findNode(major) {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const name = `node-linux-${process.arch}`;
  const prefix = join(setupDirectory, 'nodes', major);
  const program = join(prefix, 'node_modules', name, 'bin', 'node');
  if (existsSync(program)) return program;
  const args = ['install', '--prefix', prefix, '--no-audit', '--no-fund', '--no-save', '--ignore-scripts'];
  await runStep(`node-${major}`, 'npm', [...args, `${name}@${major}`]);
  return program;
}

async function main() {
  const words = process.argv.slice(2);
  const versions = words.filter((word) => ALL.includes(word));
  const rest = words.filter((word) => !ALL.includes(word));
  /** @type {string[]} */
  const failed = [];
  for (const major of versions.length > 0 ? versions : ALL) {
    const node = await findNode(major);
    say(`Node ${major}: ${node}`);
    // Tests that start `node` by its name shall start the same. One build of the addon, by one version's headers, serves all.
    const nodedir = headerPrefix();
    const env = {
      ...process.env,
      PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
      ...(nodedir ? { npm_config_nodedir: nodedir } : {}),
    };
    const args = [inRoot('tools', 'test.mjs'), ...rest];
    const { status } = await runChild(node, args, { env, stdio: ['ignore', 'inherit', 'inherit'] });
    if (status !== 0) failed.push(major);
  }
  say(failed.length > 0 ? `FAILED under Node ${failed.join(', ')}` : 'passed under each');
  return failed.length > 0 ? 1 : 0;
}

process.exitCode = await runWhenSetUp(say, main);
