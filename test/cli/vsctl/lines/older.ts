import type { Group } from './group.js';

/** On a database whose schema is older than the tools: what it lacks, and what it has. */
export const olderGroup: Group = {
  name: 'an older schema',
  lines: `
    init
    add-br br0
    add-br fake br0 7
    add-port br0 p0 tag=3
    add-port br0 p1 protected=true
    add-bond br0 bond0 e0 e1 lacp=active
    --may-exist add-port br0 p0
    set port p0 protected=true
    set bridge br0 rstp_enable=true
    set bridge br0 stp_enable=true other_config:a=b
    get bridge br0 rstp_enable
    get bridge br0 status stp_enable
    get bridge br0 status:key
    list bridge
    list port p0 br0
    --columns=name,protected list port p0
    --columns=name list port
    --format=json list controller
    find port protected=true
    find port protected=false tag=3
    find port protected!=false
    clear bridge br0 auto_attach
    clear port p0 tag
    list datapath
    list autoattach
    find datapath capabilities:a=b
    get-aa-mapping br0
    del-aa-mapping br0 1 2
    add-zone-tp netdev zone=1 tcp_syn_sent=3
    del-zone-tp netdev zone=1
    --if-exists del-zone-tp netdev zone=1
    list-zone-tp netdev
    list-dp-cap netdev
    show
    set-controller br0 tcp:1.2.3.4
    list controller
    create interface name=foo mtu_request=3
    create interface name=foo
    --id=@q create qos type=linux-htb -- set port p0 qos=@q
    set interface p0 mtu_request=1400
    remove interface p0 mtu_request 3
    get interface p0 mtu_request ifindex name
    -t 10 wait-until interface p0 name=p0
    --bare --columns=name find interface
    list open
    list-ports br0 -- get bridge br0 rstp_enable
    destroy datapath 00000000-0000-0000-0000-000000000000
    --if-exists destroy datapath 00000000-0000-0000-0000-000000000000
    --all destroy datapath
    --all destroy qos
    get bridge nosuch rstp_enable
    del-port p0
    emer-reset
    del-br br0
    list-br
  `,
};
