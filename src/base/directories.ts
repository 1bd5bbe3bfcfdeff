/** Where daemons keep sockets and pidfiles: OVS_RUNDIR, else Debian's. */
export function runDirectory(): string {
  return process.env.OVS_RUNDIR || '/var/run/openvswitch';
}

/** Where logs go: OVS_LOGDIR, else Debian's. */
export function logDirectory(): string {
  return process.env.OVS_LOGDIR || '/var/log/openvswitch';
}
