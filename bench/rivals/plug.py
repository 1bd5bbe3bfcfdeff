"""Plugs taps into Open vSwitch as a service in Python would, for bench/plug.ts: a rival, not a part of ovskit.

Usage: plug.py os-vif-native|os-vif-vsctl|ovsdbapp REMOTE BRIDGE

Reads one JSON object a line, {"op": "plug" | "unplug", "first": N, "count": N, "callers": N}, and answers each with
{"seconds": S, "latencies": [microseconds, ...], "cpu": seconds of processor}. "ready" comes first: loading and connecting are
in no number. A plug makes the tap by ioctl (os-vif leaves that to libvirt), then plugs it; each of the three waits until
ovs-vswitchd has taken the change over, so the port has its ofport. Callers are threads.
"""
import concurrent.futures
import fcntl
import json
import os
import resource
import struct
import sys
import tempfile
import time
import uuid

TUNSETIFF, TUNSETPERSIST = 0x400454CA, 0x400454CB
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 0x1


def tap(name, present):
    fd = os.open("/dev/net/tun", os.O_RDWR)
    try:
        fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
        fcntl.ioctl(fd, TUNSETPERSIST, 1 if present else 0)
    finally:
        os.close(fd)


def up(control, name):
    request = fcntl.ioctl(control, SIOCGIFFLAGS, struct.pack("16sH22x", name.encode(), 0))
    (flags,) = struct.unpack_from("H", request, 16)
    fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH22x", name.encode(), flags | IFF_UP))


def identity(number):
    return str(uuid.UUID(int=number)), "fa:16:3e:%02x:%02x:%02x" % (number >> 16 & 255, number >> 8 & 255, number & 255)


class OsVif:
    """os-vif's plugin for Open vSwitch. VIFPortProfileOpenVSwitch.create_port makes it add the port itself."""

    prefix = "v"

    def __init__(self, interface, remote, bridge):
        import logging

        logging.disable(logging.WARNING)
        import os_vif
        from os_vif import objects
        from oslo_config import cfg
        from vif_plug_ovs import privsep

        # In this process, as it runs as root: a helper process would only make it slower.
        privsep.vif_plug.set_client_mode(False)
        # The plugin takes its options as it is loaded.
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
            file.write("[os_vif_ovs]\novsdb_connection = %s\novsdb_interface = %s\n" % (remote, interface))
            file.flush()
            cfg.CONF(["--config-file", file.name], project="os-vif")
            os_vif.initialize()
        self.os_vif, self.objects = os_vif, objects
        self.network = objects.network.Network(id=str(uuid.uuid4()), bridge=bridge)
        self.instance = objects.instance_info.InstanceInfo(uuid=str(uuid.uuid4()), name="instance-1")

    def vif(self, number):
        port, address = identity(number)
        profile = self.objects.vif.VIFPortProfileOpenVSwitch(
            interface_id=port, create_port=True, datapath_type="netdev"
        )
        return self.objects.vif.VIFOpenVSwitch(
            id=port,
            address=address,
            network=self.network,
            plugin="ovs",
            vif_name="%s%d" % (self.prefix, number),
            port_profile=profile,
        )

    def plug(self, number):
        self.os_vif.plug(self.vif(number), self.instance)

    def unplug(self, number):
        self.os_vif.unplug(self.vif(number), self.instance)


class Ovsdbapp:
    """ovsdbapp with the tables that a plug needs, one transaction a plug."""

    prefix = "a"

    def __init__(self, remote, bridge):
        from ovsdbapp.backend.ovs_idl import connection, idlutils
        from ovsdbapp.schema.open_vswitch import impl_idl

        helper = idlutils.get_schema_helper(remote, "Open_vSwitch")
        for table in ("Open_vSwitch", "Bridge", "Port", "Interface"):
            helper.register_table(table)
        from ovs.db import idl

        self.api = impl_idl.OvsdbIdl(connection.Connection(idl.Idl(remote, helper), timeout=60))
        self.bridge = bridge
        self.instance = str(uuid.uuid4())

    def plug(self, number):
        port, address = identity(number)
        name = "%s%d" % (self.prefix, number)
        ids = {"iface-id": port, "iface-status": "active", "attached-mac": address, "vm-uuid": self.instance}
        with self.api.transaction(check_error=True) as txn:
            txn.add(self.api.add_port(self.bridge, name))
            txn.add(self.api.db_set("Interface", name, ("external_ids", ids)))

    def unplug(self, number):
        self.api.del_port("%s%d" % (self.prefix, number), self.bridge).execute(check_error=True)


def spent():
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def main(kind, remote, bridge):
    rival = Ovsdbapp(remote, bridge) if kind == "ovsdbapp" else OsVif(kind.rpartition("-")[2], remote, bridge)
    import socket

    control = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def one(op, number):
        name = "%s%d" % (rival.prefix, number)
        start = time.monotonic()
        if op == "plug":
            tap(name, True)
            up(control, name)
            rival.plug(number)
        else:
            rival.unplug(number)
            tap(name, False)
        return (time.monotonic() - start) * 1e6

    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        numbers = range(order["first"], order["first"] + order["count"])
        cpu, start = spent(), time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(order["callers"]) as pool:
            latencies = list(pool.map(lambda number: one(order["op"], number), numbers))
        seconds = time.monotonic() - start
        print(json.dumps({"seconds": seconds, "latencies": latencies, "cpu": spent() - cpu}), flush=True)


main(*sys.argv[1:])
