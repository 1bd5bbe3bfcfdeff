/** The other twin: a switch in a network namespace of its own. Tells who and where it is, and ends with its standard input. */
import { startSandbox } from '../../src/sandbox/index.js';

const sandbox = await startSandbox({ vswitchd: process.argv[2] === 'vswitchd' });
process.stdout.write(`${JSON.stringify({ pid: process.pid, remote: sandbox.remote, env: sandbox.env })}\n`);
process.stdin.resume().once('end', () => sandbox.stop());
