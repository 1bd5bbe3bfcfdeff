/** A folder or file of src/, and the tests that are to notice what is changed in it: the quick ones that are about it. */
export interface Target {
  readonly source: string;
  readonly tests: readonly string[];
  /** Those that are slower, and are asked about what the others didn't notice. */
  readonly slow?: readonly string[];
}

export const TARGETS: readonly Target[] = [
  {
    source: 'src/vswitch/committer/',
    tests: [
      'test/vswitch/committer/request.test',
      'test/vswitch/committer/queue.test',
      'test/vswitch/committer/joining.test',
      'test/vswitch/committer/in-flight.test',
      'test/vswitch/committer/giving-up.test',
      'test/vswitch/committer/others.test',
      'test/vswitch/committer/reading.test',
      'test/vswitch/committer/connection.test',
    ],
    slow: ['test/vswitch/committer/property.test', 'test/vswitch/committer/load.test'],
  },
  {
    source: 'src/vswitch/draft/',
    tests: [
      'test/vswitch/transaction.test',
      'test/vswitch/committer/joining.test',
      'test/vswitch/committer/in-flight.test',
      'test/vswitch/committer/reading.test',
    ],
    slow: ['test/vswitch/services.test', 'test/vswitch/configure.test', 'test/vswitch/committer/property.test'],
  },
  { source: 'src/ovsdb/values', tests: ['test/ovsdb/values.test', 'test/ovsdb/integers.test'] },
  { source: 'src/ovsdb/operations', tests: ['test/ovsdb/operations.test', 'test/ovsdb/conditions.test'] },
  { source: 'src/ovsdb/connection/machine', tests: ['test/ovsdb/connection/machine.test'] },
  { source: 'src/ovsdb/atom-set', tests: ['test/ovsdb/atom-set.test', 'test/ovsdb/large-sets.test'] },
  {
    source: 'src/ovsdb/table-index',
    tests: ['test/ovsdb/table-index.test', 'test/ovsdb/large-sets.test', 'test/ovsdb/replica.test'],
  },
  {
    source: 'src/ovsdb/schema',
    tests: ['test/ovsdb/schema.test', 'test/ovsdb/values.test', 'test/ovsdb/operations.test'],
  },
  { source: 'src/ovsdb/remote', tests: ['test/ovsdb/remote.test'] },
  {
    source: 'src/reconfigure/planner/',
    tests: ['test/reconfigure/planner/up.test', 'test/reconfigure/planner/down.test'],
    slow: ['test/reconfigure/planner/plan.test', 'test/reconfigure/cases.test'],
  },
];
