"""Ports added by ovsdbapp on one warm connection, in a process of its own.

Usage: ovsdbapp-ports.py REMOTE. Prints `ready`; then, for each line "BRIDGE PORT..." on its input, adds those ports, one
transaction each, and prints a JSON list of the microseconds that each took.
"""
import json
import sys
import time

from ovsdbapp.backend.ovs_idl import connection
from ovsdbapp.schema.open_vswitch import impl_idl


class NoWait(impl_idl.OvsVsctlTransaction):
    """There is no ovs-vswitchd to wait for, as with `ovs-vsctl --no-wait`."""

    def do_post_commit(self, txn):
        pass


class Api(impl_idl.OvsdbIdl):
    def create_transaction(self, check_error=False, log_errors=True, **kwargs):
        return NoWait(self, self.ovsdb_connection, check_error=check_error, log_errors=log_errors)


def main(remote):
    idl = connection.OvsdbIdl.from_server(remote, "Open_vSwitch")
    api = Api(connection.Connection(idl, timeout=120))
    print("ready", flush=True)
    for line in sys.stdin:
        bridge, *ports = line.split()
        took = []
        for port in ports:
            start = time.monotonic()
            api.add_port(bridge, port, may_exist=False).execute(check_error=True)
            took.append((time.monotonic() - start) * 1e6)
        print(json.dumps(took), flush=True)


main(*sys.argv[1:])
