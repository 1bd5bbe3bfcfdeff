"""Sets external_ids of an interface by ovsdbapp, for bench/latency.ts: a rival, not a part of ovskit.

Usage: set.py REMOTE. Reads one JSON object a line, {"names": [interface, ...], "callers": N}: one transaction for each name.
Answers {"seconds": S, "latencies": [microseconds, ...]}; "ready" comes first. ovsdbapp's own Open_vSwitch transaction would
wait for ovs-vswitchd, and none runs: the transaction below it is used. Callers are threads.
"""
import concurrent.futures
import json
import sys
import time

from ovs.db import idl
from ovsdbapp.backend.ovs_idl import connection, idlutils, transaction
from ovsdbapp.schema.open_vswitch import impl_idl


def main(remote):
    helper = idlutils.get_schema_helper(remote, "Open_vSwitch")
    for table in ("Open_vSwitch", "Bridge", "Port", "Interface"):
        helper.register_table(table)
    link = connection.Connection(idl.Idl(remote, helper), timeout=60)
    api = impl_idl.OvsdbIdl(link)
    print("ready", flush=True)
    for number, line in enumerate(sys.stdin):
        order = json.loads(line)

        def one(name):
            start = time.monotonic()
            with transaction.Transaction(api, link, 60, check_error=True) as txn:
                txn.add(api.db_set("Interface", name, ("external_ids", {"iface-status": "active", "n": str(number)})))
            return (time.monotonic() - start) * 1e6

        start = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(order["callers"]) as pool:
            latencies = list(pool.map(one, order["names"]))
        print(json.dumps({"seconds": time.monotonic() - start, "latencies": latencies}), flush=True)


main(*sys.argv[1:])
