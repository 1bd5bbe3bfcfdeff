import type { Change } from '../../src/plan/index.js';

/** What a transaction works on, made by stock tools; and its changes. */
export const transactions: readonly [title: string, prepared: string[], changes: Change[]][] = [
  ['add-bridge', [], [{ change: 'add-bridge', bridge: 'br1' }]],
  [
    'add-bridge with columns',
    [],
    [
      {
        change: 'add-bridge',
        bridge: 'br2',
        mayExist: true,
        columns: {
          datapath_type: 'netdev',
          fail_mode: 'secure',
          external_ids: { 'odd "key"': 'odd, value=1', 'xs-network-uuids': 'a;b' },
          other_config: { hwaddr: 'fa:16:3e:00:00:06' },
        },
      },
    ],
  ],
  [
    'add-bridge that is there',
    ['ovs-vsctl add-br br3 -- set Bridge br3 external_ids:a=1 external_ids:b=2'],
    [{ change: 'add-bridge', bridge: 'br3', mayExist: true, columns: { external_ids: { a: '3', c: '4' } } }],
  ],
  [
    'add-bridge of a VLAN',
    ['ovs-vsctl add-br br4'],
    [
      { change: 'add-bridge', bridge: 'fake4', fake: { parent: 'br4', vlan: 9 } },
      { change: 'set-bridge-external-id', bridge: 'fake4', key: 'k', value: 'v' },
      { change: 'add-port', bridge: 'fake4', port: 'p4' },
    ],
  ],
  [
    'delete-bridge',
    [
      'ovs-vsctl add-br br5 -- add-port br5 p5 tag=5 -- add-br fake5 br5 7 -- add-port fake5 q5',
      'ovs-vsctl set-controller br5 tcp:192.0.2.1:6653 -- set Bridge br5 other_config:x=y',
      'ovs-vsctl -- --id=@p get Port p5 -- --id=@m create Mirror name=m5 select_dst_port=@p output_port=@p -- set Bridge br5 mirrors=@m',
      'ovs-vsctl -- --id=@f create NetFlow targets="192.0.2.1:99" -- set Bridge br5 netflow=@f',
    ],
    [{ change: 'delete-bridge', bridge: 'br5' }],
  ],
  ['delete-bridge that is not there', [], [{ change: 'delete-bridge', bridge: 'none', ifExists: true }]],
  [
    'delete-bridge of a VLAN',
    ['ovs-vsctl add-br br6 -- add-br fake6 br6 7 -- add-port fake6 p6 -- add-port br6 q6'],
    [{ change: 'delete-bridge', bridge: 'fake6' }],
  ],
  [
    'add-port with all columns',
    ['ovs-vsctl add-br br7'],
    [
      { change: 'create', table: 'Queue', id: 'q0', columns: { other_config: { 'max-rate': '1000000' }, dscp: 3 } },
      {
        change: 'create',
        table: 'QoS',
        id: 'qos',
        columns: { type: 'linux-htb', other_config: { 'max-rate': '2000000' }, queues: { 0: '@q0' } },
      },
      {
        change: 'add-port',
        bridge: 'br7',
        port: 'p7',
        columns: { tag: 7, trunks: [1, 2, 3], vlan_mode: 'native-untagged', qos: '@qos', other_config: { a: 'b' } },
        interface: {
          type: 'vxlan',
          options: { remote_ip: '192.0.2.1', key: 'flow' },
          mtu_request: 1450,
          mac: 'fa:16:3e:00:00:07',
          ingress_policing_rate: 1000,
          ingress_policing_burst: 100,
          external_ids: { 'iface-id': '8f3c0a52-5a1e-4c58-9c2b-0d4c1a9e7b10', empty: '' },
        },
      },
    ],
  ],
  [
    'add-port that is there',
    ['ovs-vsctl add-br br8 -- add-port br8 p8 tag=3'],
    [{ change: 'add-port', bridge: 'br8', port: 'p8', mayExist: true, columns: { tag: null, trunks: [4] } }],
  ],
  [
    'a port that is replaced',
    ['ovs-vsctl add-br br9 -- add-port br9 p9 tag=3 -- set Interface p9 external_ids:old=1'],
    [
      { change: 'delete-port', port: 'p9', ifExists: true },
      { change: 'add-port', bridge: 'br9', port: 'p9', interface: { external_ids: { new: '1' } } },
    ],
  ],
  [
    'add-bond',
    ['ovs-vsctl add-br br10'],
    [
      {
        change: 'add-bond',
        bridge: 'br10',
        port: 'bond10',
        members: ['m10a', 'm10b'],
        fakeInterface: true,
        columns: { bond_mode: 'balance-slb', lacp: 'off', bond_updelay: 31000, mac: 'fa:16:3e:00:00:08' },
        interfaces: { m10b: { external_ids: { x: 'y' } } },
      },
    ],
  ],
  [
    'delete-port of a bond by its interface',
    [
      'ovs-vsctl add-br br11 -- add-bond br11 bond11 m11a m11b lacp=active -- add-port br11 p11',
      'ovs-vsctl -- --id=@p get Port bond11 -- --id=@m create Mirror name=m11 select_src_port=@p -- set Bridge br11 mirrors=@m',
    ],
    [{ change: 'delete-port', port: 'm11a', withInterface: true, ifExists: true }],
  ],
  [
    'delete-port from a bridge',
    ['ovs-vsctl add-br br12 -- add-port br12 p12 -- set Interface p12 type=internal options:a=b'],
    [{ change: 'delete-port', bridge: 'br12', port: 'p12' }],
  ],
  [
    'set, add, remove, clear',
    [
      'ovs-vsctl add-br br13 -- add-port br13 p13 tag=3 trunks=1,2 -- set Port p13 other_config:a=1 other_config:b=2',
      'ovs-vsctl set Bridge br13 fail_mode=secure other_config:disable-in-band=true protocols=OpenFlow10,OpenFlow13',
    ],
    [
      { change: 'wait', table: 'Port', record: 'p13', columns: { tag: 3, other_config: { a: '1' }, vlan_mode: null } },
      {
        change: 'set',
        table: 'Port',
        record: 'p13',
        columns: { tag: 4095, other_config: { a: null, b: '3', c: '4' } },
      },
      { change: 'add', table: 'Port', record: 'p13', column: 'trunks', values: [2, 5] },
      { change: 'remove', table: 'Port', record: 'p13', column: 'trunks', values: [1] },
      {
        change: 'remove',
        table: 'Bridge',
        record: 'br13',
        column: 'other_config',
        values: ['disable-in-band', 'none'],
      },
      { change: 'clear', table: 'Bridge', record: 'br13', columns: ['fail_mode', 'protocols'] },
      { change: 'set', table: 'Port', record: 'none', ifExists: true, columns: { tag: 1 } },
      { change: 'set', table: 'Open_vSwitch', record: '.', columns: { external_ids: { host: 'x' } } },
    ],
  ],
  [
    'set-bridge-external-id',
    ['ovs-vsctl add-br br14 -- br-set-external-id br14 a 1 -- br-set-external-id br14 b 2'],
    [
      { change: 'set-bridge-external-id', bridge: 'br14', key: 'a', value: null },
      { change: 'set-bridge-external-id', bridge: 'br14', key: 'b', value: 'x y' },
    ],
  ],
  [
    'mirrors that go',
    [
      'ovs-vsctl add-br br15',
      'ovs-vsctl -- --id=@m create Mirror name=m15 select_all=true -- set Bridge br15 mirrors=@m',
    ],
    [
      { change: 'create', table: 'Mirror', id: 'new', columns: { name: 'n15', select_vlan: [1, 2] } },
      { change: 'set', table: 'Bridge', record: 'br15', columns: { mirrors: ['@new'] } },
    ],
  ],
];
