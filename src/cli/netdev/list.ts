import { InvalidArgumentError } from '../../base/errors.js';
import { type Driver, getDriver, isNoDevice, type LinkState, listLinkStates } from '../../netdev/index.js';
import { formatTable, type Io, oneLine, printJson, printLine } from '../io.js';
import { UsageError } from '../usage.js';
import { parseWords } from './arguments.js';
import { yesNo } from './format.js';

/** `ovskit netdev list`. */
export async function list(argv: string[], io: Io): Promise<number> {
  const { json, words } = parseWords(argv);
  if (words.length > 0) throw new UsageError('say "ovskit netdev list"');
  const links = listLinkStates();
  const names = new Map(links.map(({ index, name }) => [index, name]));
  const rows = links.flatMap((link) => {
    const driver = driverOf(link);
    return driver === undefined ? [] : [{ ...link, ...driver, masterName: names.get(link.master ?? 0) ?? null }];
  });
  if (json) {
    printJson(io, rows);
    return 0;
  }
  const heading = ['index', 'device', 'up', 'carrier', 'MTU', 'MAC', 'driver', 'master'];
  const cells = rows.map((row) => [
    String(row.index),
    oneLine(row.name),
    yesNo(row.up),
    yesNo(row.carrier),
    String(row.mtu),
    row.mac ?? '-',
    row.driver ?? row.ethtoolDriver ?? '-',
    oneLine(row.masterName ?? '-'),
  ]);
  printLine(io, formatTable([heading, ...cells]));
  return 0;
}

/** Undefined for one that has gone since it was listed. */
function driverOf({ name }: LinkState): Driver | undefined {
  try {
    return getDriver(name);
  } catch (error) {
    // The kernel takes names that are not taken here, such as one with an escape sequence: it is listed all the same.
    if (error instanceof InvalidArgumentError) return UNKNOWN;
    if (isNoDevice(error)) return undefined;
    throw error;
  }
}

const UNKNOWN: Driver = { driver: null, ethtoolDriver: null, version: null, firmwareVersion: null, busInfo: null };
