/** What is measured of plugging: ports that are there before, callers, and who plugs how many. */

/** VIFs that one plugs a round, and how many of them at once. */
export interface Share {
  readonly count: number;
  readonly callers: number;
}

export interface Cell {
  /** On the bridge before anybody plugs. */
  readonly ports: number;
  /** Of ours. */
  readonly callers: number;
  readonly rounds: number;
  readonly ovskit: Share;
  /** Whether plugMany and unplugMany do as many, too. */
  readonly inOneCall: boolean;
  /** With as many VIFs a transaction as there are callers. Even, as its rivals' are: half goes before ours, half beside. */
  readonly floor?: Share;
  /** Each of ovs-vsctl, ovsdbapp, os-vif native and os-vif vsctl. At the same rate, as many as ours would take minutes. */
  readonly rivals?: Share;
}

/** What the targets are about. */
export const GOAL = { ports: 500, callers: 64, count: 1000 } as const;

const alone = (count: number): Share => ({ count, callers: 1 });

/** Rivals are faster alone: threads wait for each other in ovsdbapp, and loops of ovs-vsctl for each other's changes. */
function goal(rounds: number, floor: number, rivals: number): Cell {
  const { ports, callers, count } = GOAL;
  return {
    ...{ ports, callers, rounds, ovskit: { count, callers }, inOneCall: false },
    ...{ floor: { count: floor, callers }, rivals: alone(rivals) },
  };
}

function oneCaller(ports: number, rounds: number, count: number, rivals: number): Cell {
  const each = { ovskit: alone(count), floor: alone(count), rivals: alone(rivals) };
  return { ports, callers: 1, rounds, inOneCall: false, ...each };
}

/** Without rivals: they plug one after the other in the cell of one caller. */
function joined(ports: number, rounds: number, callers: number, count: number): Cell {
  const floor = callers === GOAL.callers ? { floor: { count: Math.min(count, 4 * callers), callers } } : {};
  return { ports, callers, rounds, ovskit: { count, callers }, inOneCall: false, ...floor };
}

const inOneCall = (cell: Cell): Cell => ({ ...cell, inOneCall: true });

/** Rivals with as many callers. */
const threads = (cell: Cell, count: number): Cell => ({ ...cell, rivals: { count, callers: cell.callers } });

/**
 * A change of the bridge takes ovs-vswitchd the longer the more ports there are, some 0.2 ms for each: so counts fall as ports
 * rise, and rivals' are a few. To make 2,000 ports and plug beside them takes a minute: too long for the short form.
 */
const SHORT: readonly Cell[] = [
  oneCaller(0, 1, 8, 4),
  joined(0, 1, 8, 64),
  joined(0, 1, 64, 256),
  oneCaller(500, 1, 4, 2),
  joined(500, 1, 8, 16),
  goal(1, 128, 4),
  inOneCall(joined(500, 1, 512, 512)),
];

const FULL: readonly Cell[] = [0, 500, 2000].flatMap((ports) => [
  oneCaller(ports, 3, 24, 16),
  threads(joined(ports, 3, 8, 64), 16),
  ports === GOAL.ports ? goal(5, 512, 20) : joined(ports, 3, 64, 1000),
  threads(inOneCall(joined(ports, 3, 512, 512)), 16),
]);

const CELLS = { short: SHORT, full: FULL, goal: [goal(3, 128, 4)] } as const;

/** In the order in which they are measured: ports are only ever added. */
export const cellsOf = (form: keyof typeof CELLS): readonly Cell[] => CELLS[form];
