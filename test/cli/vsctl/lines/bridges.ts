import type { Group } from './group.js';

export const bridgeGroups: readonly Group[] = [
  {
    name: 'bridges',
    lines: `
      add-br a
      add-br b -- add-br c
      list-br
      --real list-br
      --fake list-br
      --real --fake list-br
      add-br a
      --may-exist add-br a
      -- --may-exist add-br a
      add-br ''
      add-br a b
      add-br f1 a 10
      add-br f2 a 20
      add-br f3 a 10
      add-br f4 a 5000
      add-br f4 a -- list-br
      add-br f4 a -1
      add-br f4 a x
      add-br f5 nosuch 5
      add-br f5 f1 5
      --may-exist add-br f1
      --may-exist add-br f1 a 10
      --may-exist add-br f1 a 11
      --may-exist add-br f1 b 10
      --may-exist add-br a b 10
      --may-exist add-br new a 30
      list-br
      --fake list-br
      --real list-br
      br-exists a
      br-exists f1
      br-exists nosuch
      list-br -- br-exists nosuch
      add-br zzz -- br-exists nosuch
      br-to-vlan a
      br-to-vlan f1
      br-to-vlan nosuch
      br-to-parent a
      br-to-parent f2
      br-to-parent nosuch
      add-port f1 pf1
      add-port a pa tag=20
      add-port a pa2 tag=99
      list-ports a
      list-ports f1
      list-ports f2
      list-ifaces f1
      list-ports nosuch
      port-to-br pf1
      port-to-br pa
      port-to-br pa2
      iface-to-br pa
      iface-to-br a
      port-to-br a
      port-to-br f1
      iface-to-br nosuch
      add-port a f1
      add-port f1 a
      add-br pf1
      add-port nosuch p
      del-port a pf1
      del-port f1 pa2
      del-port f1 pa
      del-port f2 pa
      del-port a f1
      --if-exists del-port f1
      del-br f1
      list-ports a
      del-br nosuch
      --if-exists del-br nosuch
      del-br a
      list-br
      del-br b -- add-br b -- add-port b p1
      list-ports b
      del-br b -- get Port p1 name
      del-br b -- set Interface p1 type=internal
      set Port p1 tag=5 -- del-br b -- get Port p1 tag
      del-br b -- add-br b -- add-port b p1 -- set Port p1 tag=7 -- get Port p1 tag
      del-br b -- --if-exists get Interface p1 name -- --columns=name find Port name=p1
      add-br b -- add-br fb b 9
      del-br b -- add-br fx x9 9
      del-br b -- add-br x9 -- add-br fx x9 9 -- get Port fx tag
      del-br x9
      add-br b
      del-br b -- list-br
      del-br c -- br-exists c
      list-br
      add-br x -- del-br x
      add-br x -- add-port x p -- del-br x -- add-br x -- add-port x p
      list-ports x
      del-br x -- add-br y -- add-port y p
      list-ports y
    `,
  },
  {
    name: 'external ids',
    lines: `
      add-br a -- add-br f a 7
      br-set-external-id a k v
      br-set-external-id a k2 'v w'
      br-get-external-id a
      br-get-external-id a k
      br-get-external-id a nosuch
      br-set-external-id a k other
      br-get-external-id a k
      br-set-external-id a k
      br-set-external-id a k
      br-get-external-id a
      br-set-external-id f k v
      br-set-external-id f k2 v2
      br-get-external-id f
      br-get-external-id f k2
      br-set-external-id f k2
      get port f external_ids
      br-set-external-id nosuch k v
      br-get-external-id nosuch
      br-get-external-id nosuch k
      br-set-external-id a
      br-set-external-id a k v w
      br-set-external-id a '' ''
      br-get-external-id a
    `,
  },
  {
    name: 'controllers',
    lines: `
      add-br a -- add-br f a 7
      get-controller a
      set-controller a tcp:127.0.0.1:6653
      get-controller a
      get-controller f
      set-controller a tcp:1.2.3.4 ssl:1.2.3.5:6653 unix:/x ptcp: pssl:6653 punix:/y
      get-controller a
      set-controller a foo:bar baz
      get-controller a
      set-controller f tcp:1.2.3.4
      set-controller nosuch tcp:1.2.3.4
      set-controller a
      get-controller a
      --inactivity-probe=5000 set-controller a tcp:1.2.3.4
      get controller a inactivity_probe
      --inactivity-probe=x set-controller a tcp:1.2.3.4
      -- --inactivity-probe set-controller a tcp:1.2.3.4
      del-controller f
      del-controller nosuch
      del-controller a
      del-controller a
      get-controller a
      get-controller nosuch
      set-controller a tcp:1.2.3.4 -- get-controller a -- del-controller a -- get-controller a
      get-fail-mode a
      set-fail-mode a secure
      get-fail-mode a
      get-fail-mode f
      set-fail-mode a standalone -- get-fail-mode a
      set-fail-mode a foo
      set-fail-mode f secure
      set-fail-mode nosuch secure
      del-fail-mode a
      del-fail-mode f
      get-fail-mode a
      del-fail-mode nosuch
      get-fail-mode nosuch
      set-fail-mode a
    `,
  },
  {
    name: 'managers and SSL',
    lines: `
      get-manager
      set-manager ptcp:6640
      get-manager
      set-manager ssl:1.2.3.4:6640 tcp:1.2.3.4
      get-manager
      list manager
      get manager tcp:1.2.3.4 target
      set-manager bogus
      get-manager
      --inactivity-probe=15000 set-manager tcp:1.2.3.4
      get manager tcp:1.2.3.4 inactivity_probe
      set-manager tcp:1.2.3.4 tcp:1.2.3.4
      set-manager
      del-manager
      get-manager
      del-manager
      get-ssl
      set-ssl key cert ca
      get-ssl
      --bootstrap set-ssl key2 cert2 ca2
      get-ssl
      list ssl
      get ssl . private_key
      set-ssl key cert
      del-ssl
      get-ssl
      del-ssl
    `,
  },
  {
    name: 'emergency reset',
    lines: `
      add-br a -- set bridge a other_config:hwaddr=02:00:00:00:00:01 other_config:x=y fail_mode=secure flood_vlans=1,2
      add-port a p -- set port p other_config:k=v -- set interface p ingress_policing_rate=5 ingress_policing_burst=7
      set-controller a tcp:1.2.3.4 -- set-manager ptcp:6640 -- set-ssl a b c
      -- --id=@m create mirror name=m -- set bridge a mirrors=@m
      -- --id=@s create sflow target='"10.0.0.1:6343"' -- set bridge a sflow=@s
      -- --id=@n create netflow target='"10.0.0.1:6343"' -- set bridge a netflow=@n
      -- --id=@n create netflow targets='"10.0.0.1:6343"' -- set bridge a netflow=@n
      -- --id=@i create ipfix targets='"10.0.0.1:6343"' -- set bridge a ipfix=@i
      list bridge
      emer-reset
      list bridge
      list controller
      emer-reset
      get-ssl -- get-manager
    `,
  },
  {
    name: 'auto-attach, datapaths and zones',
    lines: `
      add-br a -- add-br f a 7
      get-aa-mapping a
      add-aa-mapping a 100 5
      add-aa-mapping a 200 6
      get-aa-mapping a
      add-aa-mapping a 100 7
      get-aa-mapping a
      del-aa-mapping a 100 99
      get-aa-mapping a
      del-aa-mapping a 200 6
      get-aa-mapping a
      add-aa-mapping a x 5
      add-aa-mapping a 5 x
      add-aa-mapping a 5 5000
      add-aa-mapping nosuch 1 1
      add-aa-mapping f 1 1
      get-aa-mapping f
      get-aa-mapping nosuch
      del-aa-mapping nosuch 1 1
      add-aa-mapping a 1
      list autoattach
      list-dp-cap system
      list-zone-tp system
      add-zone-tp system zone=1 icmp_first=1
      del-zone-tp system zone=1
      -- --id=@d create datapath capabilities:max_vlan_headers=2 datapath_version=1 -- set open . datapaths:system=@d
      list-dp-cap system
      list-zone-tp system
      add-zone-tp system zone=1 icmp_first=1 icmp_reply=2
      list-zone-tp system
      add-zone-tp system zone=1 icmp_first=1
      --may-exist add-zone-tp system zone=1 icmp_first=9
      add-zone-tp system zone=2 nosuch=5
      add-zone-tp system zone=2 icmp_first=x
      add-zone-tp system zone=2
      add-zone-tp system zone=70000 icmp_first=5
      add-zone-tp system zone=4 icmp_first
      list-zone-tp system
      del-zone-tp system zone=9
      --if-exists del-zone-tp system zone=9
      del-zone-tp system zone=1
      del-zone-tp nosuch zone=1
      --if-exists del-zone-tp nosuch zone=1
      list-zone-tp system
    `,
  },
];
