/** What would be done, and libvirt's XML: nothing is changed. */
import { errorAsJson } from '../../base/errors.js';
import { quoteCommand } from '../../base/shell.js';
import { describeStep, type Plan } from '../../plan/index.js';
import { deviceName, explainVif, needsSwitch, Plugger, planOnHost, vifConfig } from '../../vif/index.js';
import type { Ovs } from '../../vswitch/index.js';
import { type Io, oneLine, printJson, printLine } from '../io.js';
import type { VifArguments } from './arguments.js';
import { ConnectError } from './connection.js';
import type { ReadRequest, RequestFile } from './requests.js';

/** What became of one request. */
interface Preview {
  readonly name: string | undefined;
  readonly xml: string | null;
  readonly plan: Plan | undefined;
  readonly commands: readonly (readonly string[])[];
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** @param connect is called only when the switch is needed. @returns the exit status. */
export async function preview(
  { requests, isList }: RequestFile,
  options: VifArguments,
  connect: () => Promise<Ovs>,
  io: Io,
): Promise<number> {
  const previews: Preview[] = [];
  for (const request of requests) previews.push(await previewOne(request, options, connect));
  if (options.json) printAsJson(previews, isList, options, io);
  else for (const each of previews) print(each, options, io);
  const failed = previews.filter(({ error }) => error !== null);
  for (const { name, error } of failed) {
    io.stderr.write(`ovskit: ${oneLine(`${name === undefined ? '' : `${name}: `}${error?.message}`)}\n`);
  }
  return failed.length > 0 ? 1 : 0;
}

async function previewOne(request: ReadRequest, options: VifArguments, connect: () => Promise<Ovs>): Promise<Preview> {
  const { parsed } = request;
  const name = parsed && deviceName(parsed.vif);
  const nothing = { name, xml: null, plan: undefined, commands: [], error: null };
  try {
    if (!parsed) throw request.error;
    const { verb, force, replace } = options;
    if (verb === 'config') return { ...nothing, xml: await vifConfig(parsed) };
    const plan = parsed.host
      ? planOnHost(verb, parsed, parsed.host, { force, replace })
      : await new Plugger(needsSwitch(parsed) ? await connect() : undefined).plan(verb, parsed, { force, replace });
    return { ...nothing, plan, ...explainVif(plan, parsed.host) };
  } catch (error) {
    if (error instanceof ConnectError) throw error.cause;
    return { ...nothing, error: errorAsJson(error) };
  }
}

function printAsJson(previews: readonly Preview[], isList: boolean, options: VifArguments, io: Io): void {
  if (options.dryRun && !options.explain && options.verb !== 'config') {
    printJson(
      io,
      previews.map(({ name, plan, error }) => ({
        name,
        steps: plan?.steps ?? [],
        warnings: plan?.warnings ?? [],
        error,
      })),
    );
    return;
  }
  const shown = previews.map(({ name, xml, plan, commands, error }) => ({
    ...(isList ? { name } : {}),
    xml,
    commands,
    ...(plan?.warnings ? { warnings: plan.warnings } : {}),
    error,
  }));
  printJson(io, isList ? { requests: shown } : shown[0]);
}

function print({ name, xml, plan, commands }: Preview, options: VifArguments, io: Io): void {
  if (xml !== null) io.stdout.write(xml);
  const warnings = (plan?.warnings ?? []).map((warning) => oneLine(`${name}: ${warning}`));
  if (options.explain) {
    // They belong to the commands, wherever these are kept.
    for (const warning of warnings) printLine(io, `# ${warning}`);
    for (const command of commands) printLine(io, quoteCommand(command));
    return;
  }
  for (const step of plan?.steps ?? []) printLine(io, `${name}: ${describeStep(step)}`);
  for (const warning of warnings) io.stderr.write(`ovskit: ${warning}\n`);
}
