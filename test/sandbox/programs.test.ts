import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { findProgram, findSchema } from '../../src/sandbox/programs.js';
import { temporaryDirectory } from '../support/ovsdb-server.js';

const { PATH, OVS_PKGDATADIR } = process.env;
test.afterEach.always(() => {
  process.env.PATH = PATH;
  if (OVS_PKGDATADIR === undefined) delete process.env.OVS_PKGDATADIR;
  else process.env.OVS_PKGDATADIR = OVS_PKGDATADIR;
});

test.serial('a program comes from the PATH, in its order; daemons from where Debian keeps them, too', async (t) => {
  const [first, second] = [await temporaryDirectory(t), await temporaryDirectory(t)];
  for (const directory of [first, second]) writeFileSync(join(directory, 'ovs-vsctl'), '#!/bin/sh\n');
  process.env.PATH = `:${first}:${second}`;
  chmodSync(join(second, 'ovs-vsctl'), 0o755);
  t.is(findProgram('ovs-vsctl'), join(second, 'ovs-vsctl'), 'what may not be run is none');
  chmodSync(join(first, 'ovs-vsctl'), 0o755);
  t.is(findProgram('ovs-vsctl'), join(first, 'ovs-vsctl'));
  t.is(findProgram('ovsdb-server'), '/usr/sbin/ovsdb-server');
});

test.serial('a program that is not installed is named, with the package that has it', async (t) => {
  process.env.PATH = await temporaryDirectory(t);
  t.throws(() => findProgram('ovs-vsctl'), {
    code: 'ERR_SANDBOX',
    message: 'ovs-vsctl is not installed: install the Debian package openvswitch-switch',
  });
  t.throws(() => findProgram('setpriv'), { message: /install the Debian package util-linux/ });
});

test.serial('the schema comes from OVS_PKGDATADIR where it is there, else from where packages put it', async (t) => {
  const directory = await temporaryDirectory(t);
  process.env.OVS_PKGDATADIR = directory;
  t.not(findSchema(), join(directory, 'vswitch.ovsschema'));
  writeFileSync(join(directory, 'vswitch.ovsschema'), '{}');
  t.is(findSchema(), join(directory, 'vswitch.ovsschema'));
});
