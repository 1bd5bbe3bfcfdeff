import type { Group } from './group.js';

export const databaseGroups: readonly Group[] = [
  {
    name: 'get and set',
    lines: `
      add-br a -- add-port a p
      get bridge a name
      get Bridge a name datapath_type stp_enable
      get br a flood-vlans
      get BRIDGE a NAME
      get bridge a na
      get bridge a st
      get bridge a mc
      get bridge nosuch name
      get nosuch a name
      get c a name
      get b a name
      get bridge a nosuch
      get bridge a
      get bridge nosuch
      --if-exists get bridge nosuch name
      --if-exists get bridge nosuch nosuch
      get bridge a external_ids:x
      --if-exists get bridge a external_ids:x
      get bridge a name:x
      get bridge a external_ids:
      get bridge a 'name=x'
      get bridge a ''
      get bridge a :x
      set bridge a external_ids:x=y
      get bridge a external_ids:x
      get bridge a external_ids
      set bridge a external_ids:x=z external_ids:"a b"=c
      get bridge a external_ids
      set bridge a external_ids=k=v,k2=v2
      get bridge a external_ids
      set bridge a 'external_ids={k=v, k3="v 3"}'
      get bridge a external_ids
      set bridge a external_ids={}
      set bridge a external_ids=
      set bridge a external_ids
      set bridge a external_ids:x
      set bridge a external_ids:x=
      set bridge a 'external_ids:x=""'
      get bridge a external_ids
      set bridge a 'external_ids:x="a\\nb\\"c\\\\d\\u0041"'
      get bridge a external_ids
      set bridge a 'external_ids:x="a\\qb"'
      set bridge a 'external_ids:x="abc'
      set bridge a 'external_ids:x=abc"d'
      set bridge a 'external_ids=a="b'
      set bridge a 'external_ids:x="a\\u00"'
      set bridge a 'external_ids:x="a\\ud800"'
      set bridge a 'external_ids:x="\\ud83d\\ude00"'
      get bridge a external_ids:x
      set bridge a 'external_ids:x=abc\\'
      set bridge a external_ids:x=é
      get bridge a external_ids:x
      set bridge a external_ids:y=true external_ids:z=1x external_ids:w=f81d4fae-7dec-11d0-a765-00a0c91e6bf6
      get bridge a external_ids
      set bridge a external_ids=a
      set bridge a external_ids=a=b,a=c
      set bridge a 'external_ids={a=b'
      set bridge a 'external_ids={a=b}x'
      set bridge a 'external_ids=,a=b'
      set bridge a 'external_ids=a=b,,c=d'
      set bridge a 'external_ids=a=b c=d'
      get bridge a external_ids
      set bridge a 'external_ids=a:b'
      set bridge a flood_vlans=1,2,3
      get bridge a flood_vlans
      set bridge a 'flood_vlans=[4, 5]'
      set bridge a 'flood_vlans=[4 5 6-9]'
      get bridge a flood_vlans
      set bridge a flood_vlans=9-4
      set bridge a flood_vlans=0-5000
      set bridge a flood_vlans=5-x
      set bridge a flood_vlans=1,1
      set bridge a flood_vlans=4096
      set bridge a flood_vlans=-1
      set bridge a flood_vlans=1.5
      set bridge a flood_vlans=[]
      set bridge a flood_vlans=[1
      set bridge a flood_vlans=1]
      set bridge a 'flood_vlans=[1]]'
      set bridge a flood_vlans=99999999999999999999
      get bridge a flood_vlans
      set bridge a stp_enable=true
      set bridge a stp_enable=yes rstp_enable=on
      get bridge a stp_enable rstp_enable
      set bridge a stp_enable=0 rstp_enable=off
      set bridge a stp_enable=maybe
      set bridge a stp_enable=true,false
      set bridge a stp_enable=[]
      set bridge a fail_mode=secure
      set bridge a fail_mode=[]
      set bridge a fail_mode=foo
      set bridge a fail_mode=secure,standalone
      set bridge a protocols=OpenFlow10,OpenFlow13
      get bridge a protocols
      set bridge a protocols=OpenFlow99
      set bridge a datapath_type=netdev
      set bridge a 'datapath_type=""'
      set bridge a datapath_type=
      set bridge a name=b
      set bridge a _uuid=f81d4fae-7dec-11d0-a765-00a0c91e6bf6
      get bridge a _version
      get bridge a _uuid -uuid
      find bridge _uuid=x
      set bridge a stp
      set bridge a 'stp_enable+=true'
      set bridge a
      set bridge
      --if-exists set bridge nosuch stp_enable=true
      set bridge nosuch stp_enable=true
      set port p tag=5
      get port p tag
      set port p tag=[]
      set port p tag:x=5
      set port p qos=nosuch
      set port p qos=f81d4fae-7dec-11d0-a765-00a0c91e6bf6
      set port p qos=@nosuch
      set interface p mtu_request=9000 options:a=b
      set interface p mtu_request=0
      set interface p ofport_request=65280
      set interface p cfm_mpid=9223372036854775807
      get interface p cfm_mpid
      set interface p cfm_mpid=9223372036854775808
      set interface p cfm_mpid=-9223372036854775808
      get interface p cfm_mpid
      set interface p 'statistics={rx=9007199254740993}'
      get interface p statistics
      set open . external_ids:system-id=x
      get open . external_ids
      get Open_vSwitch . next_cfg
      get open x next_cfg
      set bridge a stp_enable=true -- get bridge a stp_enable -- set bridge a stp_enable=false -- get bridge a stp_enable
      set controller a max_backoff=5
      set-controller a tcp:1.2.3.4
      set controller a max_backoff=500
      set controller a max_backoff=5000
      get controller a max_backoff
      set bridge a other-config:stp-priority=0x7800
      get bridge a other_config:stp-priority
    `,
  },
  {
    name: 'add, remove and clear',
    lines: `
      add-br a -- add-port a p
      add bridge a external_ids k=v
      add bridge a external_ids k=other k2=v2
      get bridge a external_ids
      add bridge a flood_vlans 1 2 3
      add bridge a flood_vlans 3 4,5 7-9
      get bridge a flood_vlans
      add bridge a flood_vlans x
      add bridge a flood_vlans 5000
      add bridge a flood_vlans []
      add bridge a flood_vlans
      add port p tag 5
      add port p tag 5
      add port p tag 6
      get port p tag
      add bridge a name x
      add port p trunks 5 6
      add bridge a nosuch x
      add bridge a external_ids k
      add bridge a external_ids k=
      add bridge nosuch external_ids k=v
      --if-exists add bridge nosuch external_ids k=v
      add bridge a fail_mode secure
      add bridge a fail_mode standalone
      remove bridge a external_ids k
      get bridge a external_ids
      remove bridge a external_ids k2=wrong
      remove bridge a external_ids k2=v2
      get bridge a external_ids
      remove bridge a external_ids nosuch
      remove bridge a flood_vlans 1 2
      remove bridge a flood_vlans 3-5,7
      get bridge a flood_vlans
      remove port p tag 6
      remove port p tag 5
      remove port p tag 5
      remove bridge a stp_enable false
      remove bridge a name a
      remove bridge a ports nosuch
      remove bridge a datapath_type '""'
      remove bridge nosuch ports x
      --if-exists remove bridge nosuch external_ids x
      remove port p interfaces f81d4fae-7dec-11d0-a765-00a0c91e6bf6
      remove bridge a external_ids
      clear bridge a flood_vlans
      clear bridge a external_ids fail_mode
      clear bridge a stp_enable
      clear bridge a name
      clear bridge a nosuch
      clear bridge nosuch external_ids
      --if-exists clear bridge nosuch external_ids
      clear port p interfaces
      clear bridge a
      clear bridge a ports
      list-ports a
      list port
      add-port a q -- add bridge a external_ids x=y -- get bridge a external_ids -- remove bridge a external_ids x -- get bridge a external_ids
      add bridge a external_ids a=1 b=2 -- add bridge a external_ids c=3 -- get bridge a external_ids
      add bridge a external_ids a=9 c=3
      -- --id=@p get port q -- remove bridge a ports @p -- list-ports a
      list port
    `,
  },
  {
    name: 'create and destroy',
    lines: `
      add-br a -- add-port a p -- add-port a q
      create qos type=linux-htb
      create qos type=linux-htb other-config:max-rate=1000000
      create qos
      create qos nosuch=x
      create nosuch x=y
      create bridge name=foo
      -- --id=@q create qos type=linux-htb -- set port p qos=@q
      get port p qos:x
      set port p qos=@q -- --id=@q create qos type=x queues:0=@r,1=@s -- --id=@r create queue dscp=1 -- --id=@s create queue dscp=2
      set port p qos=@q -- --id=@q create qos type=x queues=0=@r,1=@s -- --id=@r create queue dscp=1 -- --id=@s create queue dscp=2
      list queue
      get qos p type
      set qos p type=linux-hfsc
      list qos p
      set port q qos=@q -- --id=@q get port p
      -- --id=@q get qos p -- set port q qos=@q
      list port q
      -- --id=q create queue dscp=1
      -- --id=@q create queue dscp=1
      -- --id=@q create mirror name=m
      -- --id=@m create mirror name=m output_port=@nosuch -- set bridge a mirrors=@m
      -- --id=@q create queue dscp=1 -- --id=@q create queue dscp=2
      -- --id=@p get port p -- --id=@p get port q
      set port p qos=@x -- --id=@x get qos p
      -- --id=@x get qos nosuch
      -- --if-exists --id=@x get qos p
      -- --id=@p get port p -- --id=@m create mirror name=m select-all=true output-port=@p -- set bridge a mirrors=@m
      list mirror
      get mirror m name
      -- --id=@m get mirror m -- remove bridge a mirrors @m
      list mirror
      -- --id=@f create flow_table flow_limit=100 overflow_policy=refuse -- set bridge a flow_tables=0=@f
      get flow_table 0 flow_limit
      list flow_table
      -- --id=@f create flow_table name=t0 groups='"NXM_OF_IN_PORT[]"' -- set bridge a flow_tables:1=@f
      get flow_table t0 groups
      -- --id=@nf create netflow targets='"192.168.0.34:5566"' active-timeout=30 -- set bridge a netflow=@nf
      set netflow a active_timeout=60
      get netflow a active_timeout
      clear bridge a netflow
      list netflow
      -- --id=@s create sflow agent=eth1 targets='"10.0.0.1:6343"' header=128 sampling=64 polling=10 -- set bridge a sflow=@s
      get sflow a agent
      -- clear bridge a sflow
      -- --id=@br get bridge a -- --id=@i create ipfix targets='"10.0.0.1:1"' -- create flow_sample_collector_set id=1 bridge=@br ipfix=@i
      list flow_sample_collector_set
      get flow_sample_collector_set 1 id
      get flow_sample 2 id
      -- --id=f81d4fae-7dec-11d0-a765-00a0c91e6bf6 create queue dscp=5
      get queue f81d4fae-7dec-11d0-a765-00a0c91e6bf6 dscp
      get queue f81d dscp
      get queue F81D4 dscp
      get queue f81 dscp
      get queue f81e dscp
      destroy queue f81d
      destroy queue f81d4fae-7dec-11d0-a765-00a0c91e6bf6
      --if-exists destroy queue f81d4fae-7dec-11d0-a765-00a0c91e6bf6
      destroy queue
      --all destroy queue x
      --all --if-exists destroy queue
      destroy qos p
      clear port p qos -- clear port q qos
      --all destroy qos
      list qos
      --all destroy queue
      list queue
      destroy bridge a
      destroy bridge nosuch
      destroy nosuch x
      create qos type=a -- create qos type=b
      create queue dscp=64
      create queue dscp=1,2
      list queue
      del-br a
      list flow_sample_collector_set
    `,
  },
  {
    name: 'list and find',
    lines: `
      add-br a -- set bridge a flood_vlans=1,2 other_config:mtu=1500 external_ids:x=y
      add-br b -- set bridge b flood_vlans=1 other_config:mtu=9000
      add-br c -- set bridge c stp_enable=true
      list bridge
      list bridge a
      list bridge a b
      list bridge nosuch
      --if-exists list bridge nosuch a
      --columns=name list bridge
      --columns=name,ports list bridge a
      --columns=name list bridge a b c
      --columns=_uuid,name list bridge a
      --columns=nosuch list bridge
      --columns= list bridge
      --columns list bridge
      -- --columns list bridge
      --columns=na,fl list bridge a
      --columns=name,name list bridge a
      list nosuch
      list
      list open
      list interface a
      -f table --columns=name,flood_vlans list bridge a b
      -f table --columns=name,other_config list bridge a
      --format=csv --columns=name,flood_vlans,external_ids list bridge a
      --format=json --columns=name,flood_vlans,external_ids list bridge a
      --format=json --pretty --columns=name,flood_vlans list bridge a
      --format=html --columns=name,flood_vlans list bridge a
      -f list --columns=name,flood_vlans list bridge a
      -f foo list bridge
      -d bare --columns=name,flood_vlans,external_ids list bridge a
      -d json --columns=name,flood_vlans,external_ids list bridge a
      -d foo list bridge
      --bare --columns=name,flood_vlans,external_ids list bridge a b
      --no-headings -f table --columns=name,flood_vlans list bridge a
      --max-column-width=3 -f table --columns=name,other_config list bridge a
      --columns=name list bridge a -- --columns=name list bridge b
      -f table --columns=name list bridge a -- --columns=name list bridge b
      --oneline --columns=name list bridge a
      find bridge name=a
      --columns=name find bridge
      --columns=name find bridge name=a
      --columns=name find bridge name!=a name!=b
      --columns=name find bridge stp_enable=true
      --columns=name find bridge flood_vlans=1
      --columns=name find bridge flood_vlans=1,2
      --columns=name find bridge flood_vlans=[]
      --columns=name find bridge 'flood_vlans>1'
      --columns=name find bridge 'flood_vlans<1,2'
      --columns=name find bridge 'flood_vlans<=1'
      --columns=name find bridge 'flood_vlans>=1,2'
      --columns=name find bridge 'flood_vlans{=}1,2'
      --columns=name find bridge 'flood_vlans{!=}1,2'
      --columns=name find bridge 'flood_vlans{<}1,2'
      --columns=name find bridge 'flood_vlans{<=}1,2'
      --columns=name find bridge 'flood_vlans{>}1'
      --columns=name find bridge 'flood_vlans{>=}1'
      --columns=name find bridge 'flood_vlans{in}1,2,3'
      --columns=name find bridge 'flood_vlans{not-in}2'
      --columns=name find bridge other_config:mtu=1500
      --columns=name find bridge other_config:mtu!=1500
      --columns=name find bridge 'other_config:mtu{!=}1500'
      --columns=name find bridge 'other_config:mtu{=}[]'
      --columns=name find bridge 'other_config:mtu{in}1500,9000'
      --columns=name find bridge 'other_config:mtu{not-in}1500'
      --columns=name find bridge 'other_config:mtu<2'
      --columns=name find bridge other_config=mtu=1500
      --columns=name find bridge 'other_config{>=}mtu=1500'
      --columns=name find bridge 'other_config={}'
      --columns=name find bridge 'name{in}a,b'
      --columns=name find bridge name=a,b
      --columns=name find bridge name:x=y
      --columns=name find bridge name
      --columns=name find bridge name~a
      --columns=name find bridge nosuch=a
      --columns=name find bridge stp_enable=foo
      --columns=name find bridge 'name<b'
      --columns=name find nosuch
      find
      --columns=name find port tag=[]
      --columns=name find interface type=internal
      --columns=name find interface 'ofport{<}5'
      set bridge a flood_vlans=7 -- --columns=name,flood_vlans list bridge a
      add-br d -- --columns=name find bridge name=d
      --columns=name list port -- del-br d
    `,
  },
  {
    name: 'wait-until and comment',
    lines: `
      add-br a
      wait-until bridge a
      wait-until bridge a stp_enable=false
      wait-until bridge a 'flood_vlans{<}1,2' -- get bridge a name
      wait-until bridge a nosuch=1
      wait-until nosuch a
      wait-until bridge
      wait-until bridge a stp_enable
      comment
      comment a b c
      comment a -- list-br
      wait-until bridge a -- add-port a p
      add-br z -- wait-until bridge z
    `,
  },
];
