import { insert, mutate, NamedUuid, type Operation, select, wait } from '../../src/ovsdb/index.js';

/** The uuids that a transaction names. */
export interface Switch {
  readonly root: string;
  readonly bridge: string;
}

export const externalIds = (name: string) => ({
  'attached-mac': 'fa:16:3e:00:00:01',
  'iface-id': name,
  'iface-status': 'active',
  'vm-uuid': '8f3c0a52-5a1e-4c58-9c2b-0d4c1a9e7b10',
});

const byUuid = (uuid: string) => [['_uuid', '==', uuid]] as const;

/** Plugs in one transaction, just as the committer writes them: the bridge checked and changed once. */
export function plugs({ root, bridge }: Switch, names: readonly string[]): Operation[] {
  return [
    wait('Bridge', byUuid(bridge), ['_uuid'], '==', [{ _uuid: bridge }], 0),
    ...names.flatMap((name, index) => [
      insert('Interface', { name, external_ids: externalIds(name) }, `rownew${2 * index}`),
      insert('Port', { name, interfaces: [new NamedUuid(`rownew${2 * index}`)] }, `rownew${2 * index + 1}`),
    ]),
    mutate('Bridge', byUuid(bridge), [
      ['ports', 'insert', names.map((_, index) => new NamedUuid(`rownew${2 * index + 1}`))],
    ]),
    mutate('Open_vSwitch', byUuid(root), [['next_cfg', '+=', 1]]),
    select('Open_vSwitch', byUuid(root), ['next_cfg']),
  ];
}
