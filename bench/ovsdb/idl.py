"""The first dump of an Open_vSwitch database by python3-openvswitch's IDL, in a process of its own.

Usage: idl.py REMOTE SCHEMA_FILE. Prints one JSON object: seconds from the first connection attempt until the IDL holds
the database, rows, and the growth of the resident set in bytes.
"""
import json
import os
import sys
import time

import ovs.db.idl
import ovs.json
import ovs.poller


def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main(remote, schema):
    helper = ovs.db.idl.SchemaHelper(schema)
    helper.register_all()
    before = resident()
    start = time.monotonic()
    idl = ovs.db.idl.Idl(remote, helper)
    while not idl.has_ever_connected():
        idl.run()
        if idl.has_ever_connected():
            break
        poller = ovs.poller.Poller()
        idl.wait(poller)
        poller.block()
    seconds = time.monotonic() - start
    rows = sum(len(table.rows) for table in idl.tables.values())
    print(json.dumps({"seconds": seconds, "rows": rows, "resident": resident() - before, "parser": ovs.json.PARSER}))


main(*sys.argv[1:])
