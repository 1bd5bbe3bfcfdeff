/** What is measured of plugging: ports that are there before, callers, and who plugs how many. */

/** VIFs that one plugs a round, and how many of them at once. */
export interface Share {
  readonly count: number;
  readonly callers: number;
}

export interface Reconcile {
  readonly rounds: number;
  /** VIFs that the rival plugs again, a round: it takes as long for each. */
  readonly again: number;
}

export interface Cell {
  /** On the bridge before anybody plugs. */
  readonly ports: number;
  /** Of ours. */
  readonly callers: number;
  readonly rounds: number;
  readonly ovskit: Share;
  /** Whether plugMany and unplugMany do as many, too; or they alone. */
  readonly inOneCall: boolean | 'alone';
  /** With as many VIFs a transaction as there are callers. Even, as its rivals' are: half goes before ours, half beside. */
  readonly floor?: Share;
  /** Each of ovs-vsctl, ovsdbapp, os-vif native and os-vif vsctl. At the same rate, as many as ours would take minutes. */
  readonly rivals?: Share;
  /** Of all that is there before this cell; after it. */
  readonly reconcile?: Reconcile;
  /** What is measured while ours of this cell's last round are plugged: to make so many ports anew takes as long again. */
  readonly beside?: readonly Cell[];
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
  const each = { ovskit: alone(count), floor: alone(count), ...(rivals > 0 ? { rivals: alone(rivals) } : {}) };
  return { ports, callers: 1, rounds, inOneCall: false, ...each };
}

/** Without rivals: they plug one after the other in the cell of one caller. */
function joined(ports: number, rounds: number, callers: number, count: number): Cell {
  const floor = callers === GOAL.callers ? { floor: { count: Math.min(count, 4 * callers), callers } } : {};
  return { ports, callers, rounds, ovskit: { count, callers }, inOneCall: false, ...floor };
}

/** All by plugMany, and nobody beside it. */
function oneCall(ports: number, count: number): Cell {
  return { ports, callers: count, rounds: 1, ovskit: { count, callers: count }, inOneCall: 'alone' };
}

const inOneCall = (cell: Cell): Cell => ({ ...cell, inOneCall: true });

/** Rivals with as many callers, in each half. */
const threads = (cell: Cell): Cell => ({ ...cell, rivals: { count: 2 * cell.callers, callers: cell.callers } });

/**
 * A change of the bridge takes ovs-vswitchd the longer the more ports there are, some 0.2 ms for each: so counts fall as ports
 * rise, and rivals' are a few. The 2,000 ports are those that were there, and those that were just plugged.
 */
const SHORT: readonly Cell[] = [
  oneCaller(0, 1, 8, 4),
  joined(0, 1, 8, 64),
  joined(0, 1, 64, 256),
  joined(0, 1, 512, 512),
  oneCaller(500, 1, 4, 2),
  joined(500, 1, 8, 16),
  {
    ...goal(1, 128, 4),
    beside: [
      {
        ...oneCall(1500, 500),
        beside: [
          oneCaller(2000, 1, 2, 0),
          joined(2000, 1, 8, 8),
          { ...joined(2000, 1, 64, 64), reconcile: { rounds: 1, again: 2 } },
        ],
      },
    ],
  },
];

const FULL: readonly Cell[] = [
  oneCaller(0, 3, 24, 16),
  threads(joined(0, 3, 8, 64)),
  joined(0, 3, 64, 1000),
  inOneCall(joined(0, 3, 512, 512)),
  oneCaller(500, 3, 16, 8),
  threads(joined(500, 3, 8, 64)),
  goal(5, 256, 8),
  inOneCall(joined(500, 3, 512, 512)),
  oneCaller(2000, 3, 8, 4),
  joined(2000, 3, 8, 64),
  joined(2000, 3, 64, 512),
  { ...inOneCall(joined(2000, 2, 512, 512)), reconcile: { rounds: 5, again: 8 } },
];

const CELLS = { short: SHORT, full: FULL, goal: [goal(3, 128, 4)] } as const;

/** In the order in which they are measured: ports are only ever added. */
export const cellsOf = (form: keyof typeof CELLS): readonly Cell[] => CELLS[form];
