/** What `ovskit --help` prints; docs/cli.md and completion take the commands from it. */
export const help = `ovskit COMMAND [arguments]

  vif              plug or unplug virtual interfaces; write libvirt's XML for them
  reconfigure      bring the interfaces of a XenServer host up and down
  netdev           list, show, set and watch network devices
  client           talk to an OVSDB server, as ovsdb-client(1) does
  vsctl            configure Open vSwitch, as ovs-vsctl(8) does
  codegen          write the TypeScript types of a database schema
  serve            plug virtual interfaces as a service, over HTTP on a socket
  sandbox          run a private Open vSwitch

"ovskit COMMAND --help" tells more; "ovskit --version" prints the version.
`;
