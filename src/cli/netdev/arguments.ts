import { checkDeviceName } from '../../netdev/index.js';
import { parseArguments, UsageError } from '../usage.js';

/** The words of a verb without its own name. */
export function parseWords(argv: string[]): { json: boolean; words: string[] } {
  const options = { json: { type: 'boolean', default: false } } as const;
  const { values, positionals } = parseArguments({ args: argv, allowPositionals: true, options });
  return { json: values.json, words: positionals };
}

/** A verb's device, and then perhaps `set` and what to set. @param usage what to say when it is otherwise */
export function parseDevice(
  argv: string[],
  usage: string,
): { json: boolean; device: string; settings: string[] | undefined } {
  const { json, words } = parseWords(argv);
  const [device, set, ...settings] = words;
  if (device === undefined || (set !== undefined && (set !== 'set' || settings.length === 0))) {
    throw new UsageError(`say "${usage}"`);
  }
  return { json, device: checkDeviceName(device), settings: set === undefined ? undefined : settings };
}

export function parseOnOff(name: string, text: string | undefined): boolean {
  if (text !== 'on' && text !== 'off') throw new UsageError(`${name} takes on or off, not ${text ?? 'nothing'}`);
  return text === 'on';
}

export function parseNumber(name: string, text: string | undefined): number {
  if (text === undefined || !/^\d+$/.test(text)) {
    throw new UsageError(`${name} takes a whole number, not ${text ?? 'nothing'}`);
  }
  return Number(text);
}
