import type { Group } from './group.js';

export const portGroups: readonly Group[] = [
  {
    name: 'ports',
    lines: `
      add-br a -- add-br b
      add-port a p1
      add-port a p2 tag=5 trunks=1,2,3 other_config:x=y
      add-port a p1
      add-port b p1
      --may-exist add-port a p1
      --may-exist add-port b p1
      --may-exist add-port a p3 tag=7
      list-ports a
      list-ifaces a
      list-ifaces nosuch
      add-port a ''
      add-port a b
      add-port a
      add-port a p4 foo=bar
      add-port a p4 tag
      add-port a p4 tag=x
      add-port a p4 tag=5000
      add-port a p4 name=q
      add-port a p4 tag:x=5
      add-port a p4 interfaces=@nosuch
      list-ports a
      add-port a p5 -- set interface p5 type=internal -- get interface p5 type
      port-to-br p5
      port-to-br nosuch
      del-port p5
      del-port p5
      --if-exists del-port p5
      del-port b p1
      del-port nosuch p1
      del-port a p1
      del-port a
      --if-exists del-port a
      del-port a b
      add-port a p1 -- add-port a p1
      add-port a p1 -- del-port p1 -- add-port b p1
      port-to-br p1
      del-port p1 -- list-ports b
      add-port a 'a b'
      add-port a 'a"b'
      list-ports a
      add-port a aVeryLongNameForAPortOfMoreThanFifteenBytes
      list-ports a
      del-port
      del-port a b c
    `,
  },
  {
    name: 'bonds',
    lines: `
      add-br a -- add-br b
      add-bond a bond0 e0 e1
      add-bond a bond1 e2 e3 e4 bond_mode=balance-slb lacp=active
      list-ports a
      list-ifaces a
      add-bond a bond2 e5
      add-bond a bond2 e5 tag=1 e6
      add-bond a bond2 e5 tag=1
      add-bond a bond0 e8 e9
      add-bond a bond3 e0 e9
      add-bond a bond3 e9 e9
      add-bond a a e8 e9
      --may-exist add-bond a bond0 e1 e0
      --may-exist add-bond a bond0 e1 e2
      --may-exist add-bond b bond0 e1 e0
      --may-exist add-port a bond0
      --fake-iface add-bond a bond4 e10 e11
      get port bond4 bond_fake_iface
      add-bond-iface bond0 e12
      add-bond-iface bond0 e12
      --may-exist add-bond-iface bond0 e12
      --may-exist add-bond-iface bond1 e12
      add-bond-iface nosuch e13
      add-bond-iface bond0 a
      add-bond-iface bond0 bond1
      add-bond-iface bond0 ''
      list-ifaces a
      del-bond-iface e12
      del-bond-iface e12
      --if-exists del-bond-iface e12
      del-bond-iface bond1 e0
      del-bond-iface nosuch e0
      del-bond-iface bond0 e0
      del-bond-iface bond0 e1
      del-bond-iface bond0 e1 extra
      iface-to-br e1
      iface-to-br e3
      port-to-br e3
      del-port e3
      --with-iface del-port e3
      --with-iface del-port e3
      --if-exists --with-iface del-port e3
      --with-iface del-port b e1
      --with-iface del-port a e1
      list-ports a
      add-port a p -- add-bond-iface p e20 -- list-ifaces a
      del-port p -- list-ifaces a
      add-bond a b0 x -- list-ports a
    `,
  },
  {
    name: 'show',
    lines: `
      show
      add-br a -- add-port a p1 tag=3 -- add-port a p2 trunks=1,2 -- set interface p1 type=vxlan options:remote_ip=1.2.3.4 options:key=flow
      show
      set-controller a tcp:1.2.3.4 -- set-manager ptcp:6640 -- set open . ovs_version=3.1.0
      show
      set bridge a datapath_type=netdev fail_mode=secure -- set interface p2 error='"could not open it"'
      show
      set controller a is_connected=true -- show
      add-br b -- show
      show extra
    `,
  },
];
