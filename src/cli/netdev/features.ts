import { type Feature, getFeatures, setFeatures } from '../../netdev/index.js';
import { formatTable, type Io, printJson, printLine } from '../io.js';
import { UsageError } from '../usage.js';
import { parseDevice, parseOnOff } from './arguments.js';
import { onOff } from './format.js';

const USAGE = 'ovskit netdev features DEV [set NAME on|off ...]';

/** `ovskit netdev features`. @returns 1 when some asked for could not be changed */
export async function features(argv: string[], io: Io): Promise<number> {
  const { json, device, settings } = parseDevice(argv, USAGE);
  if (settings === undefined) {
    const { features } = getFeatures(device);
    if (json) printJson(io, features);
    else printLine(io, formatTable(featureRows(features)));
    return 0;
  }
  const { changed, refused } = await setFeatures(device, parseWishes(settings));
  if (json) {
    printJson(io, { changed, refused });
  } else {
    for (const [name, active] of Object.entries(changed)) printLine(io, `${name}: ${onOff(active)}`);
  }
  if (refused.length > 0) io.stderr.write(`ovskit: ${device} can't change ${refused.join(', ')}\n`);
  return refused.length > 0 ? 1 : 0;
}

function parseWishes(words: readonly string[]): Record<string, boolean> {
  const wishes: Record<string, boolean> = {};
  for (let i = 0; i < words.length; i += 2) {
    const name = words[i] ?? '';
    if (Object.hasOwn(wishes, name)) throw new UsageError(`${name} is given twice`);
    wishes[name] = parseOnOff(name, words[i + 1]);
  }
  return wishes;
}

export function featureRows(features: Readonly<Record<string, Feature>>): string[][] {
  return Object.entries(features).map(([name, { active, available, requested }]) => {
    const remark = available ? (requested === active ? '' : ` [requested ${onOff(requested)}]`) : ' [fixed]';
    return [name, `${onOff(active)}${remark}`];
  });
}
