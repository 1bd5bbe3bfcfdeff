"""Adds ports by ovsdbapp on one warm connection, for bench/vsctl-warm.ts: a rival, not a part of ovskit.

Usage: add-port.py REMOTE. Reads one JSON object a line, {"bridge": NAME, "ports": [name, ...]}: one transaction for each port.
Answers a list of the microseconds that each took; "ready" comes first.
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
        order = json.loads(line)
        took = []
        for port in order["ports"]:
            start = time.monotonic()
            api.add_port(order["bridge"], port, may_exist=False).execute(check_error=True)
            took.append((time.monotonic() - start) * 1e6)
        print(json.dumps(took), flush=True)


main(*sys.argv[1:])
