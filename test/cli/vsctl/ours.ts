#!/usr/bin/env node
// `ovskit vsctl` as a process of its own, under the name of the stock tool.
import { vsctlCommand } from '../../../src/cli/commands/vsctl.js';

process.exitCode = await vsctlCommand(process.argv.slice(2), process, 'ovs-vsctl');
