import { basename } from 'node:path';
import type { Plan, Step } from '../../plan/index.js';
import { hybridReads, hybridSteps, unhybridSteps } from '../blocks/hybrid.js';
import { mtuSteps } from '../blocks/links.js';
import { bridgeChanges, closingSteps, portSteps, unportSteps } from '../blocks/port.js';
import type { Task } from '../blocks/task.js';
import { need, needBridge } from '../errors.js';
import type { Reads } from '../facts.js';
import { markOf } from '../mark.js';
import { deviceName, hybridNames } from '../names.js';
import type { VifRequest } from '../request/index.js';
import { guestInterface } from '../xml/index.js';
import { LIBVIRT_ALONE, type VifType } from './type.js';

/** libvirt from which on vhost-user has queues. */
const LIBVIRT_QUEUES = 1_002_017;

/** A guest's memory that the switch reads: of Open vSwitch with DPDK, or of 6WIND's fast path. */
export const vhostuser: VifType = {
  onSwitch: true,
  reads(request): Reads {
    const { ovs, fp, hybrid } = waysOf(request);
    if (!fp) return {};
    const { details = [] } = ovs && hybrid ? hybridReads(request) : {};
    return { details: [...details, deviceName(request.vif)] };
  },
  plug: planPlug,
  unplug: planUnplug,
  xml(request, facts) {
    const { path, mode } = socketOf(request);
    const { libvirtVersion } = request;
    const queues = libvirtVersion === undefined || libvirtVersion >= LIBVIRT_QUEUES;
    return guestInterface(request, facts.kernelRelease, {
      source: { kind: 'vhostuser', path, mode },
      frontend: (card) => (queues ? card : { model: card.model, driver: undefined }),
    });
  },
};

function waysOf({ vif: { details } }: VifRequest): { ovs: boolean; fp: boolean; hybrid: boolean } {
  return {
    ovs: details.vhostuser_ovs_plug ?? false,
    fp: details.vhostuser_fp_plug ?? false,
    hybrid: details.ovs_hybrid_plug ?? false,
  };
}

/** Who listens: qemu by default. */
function socketOf(request: VifRequest): { path: string; mode: 'client' | 'server' } {
  const { details } = request.vif;
  const { 'vif.details.vhostuser_socket': path } = need(request, {
    'vif.details.vhostuser_socket': details.vhostuser_socket,
  });
  return { path, mode: details.vhostuser_mode ?? 'server' };
}

function planPlug(task: Task): Plan {
  const { request } = task;
  const { ovs, fp } = waysOf(request);
  if (fp) return planFastPathPlug(task);
  const name = basename(socketOf(request).path);
  if (!ovs) return LIBVIRT_ALONE;
  return { steps: portSteps(task, { name, type: 'dpdkvhostuser' }, vhostBridge(task)) };
}

/** nova adds no bridge here. */
function vhostBridge(task: Task) {
  return bridgeChanges({ ...task, request: { ...task.request, addsBridge: false } });
}

function planFastPathPlug(task: Task): Plan {
  const { request, facts } = task;
  const { ovs, hybrid } = waysOf(request);
  const device = deviceName(request.vif);
  const { network, device: byDefault } = request.mtu;
  const mtu = network ?? byDefault;
  const made = facts.link(device) !== undefined;
  const { bridge, switchEnd } = hybridNames(request.vif);
  const steps: Step[] = ovs ? closingSteps(task, hybrid ? switchEnd : device) : [];
  if (!made) steps.push(...fastPathDevice(task, device));
  if (ovs && hybrid) {
    const alias = markOf(task.owner, needBridge(request), switchEnd);
    steps.push(...hybridSteps(task, mtu, alias), ...portSteps(task, { name: switchEnd, mtu }, vhostBridge(task)));
    if (!made) steps.push({ kind: 'set-master', device, master: bridge });
  } else if (ovs) {
    steps.push(...portSteps(task, { name: device, mtu }, vhostBridge(task)));
  }
  return { steps };
}

function fastPathDevice({ request, facts }: Task, device: string): Step[] {
  const { path, mode } = socketOf(request);
  const other = mode === 'server' ? 'client' : 'server';
  const argv = ['fp-vdev', 'add', device, '--sockpath', path, '--sockmode', other] as const;
  return [
    { kind: 'run-tool', argv, undo: ['fp-vdev', 'del', device] },
    ...mtuSteps(facts, device, request.mtu.device),
    { kind: 'set-link-up', device },
  ];
}

function planUnplug(task: Task): Plan {
  const { request, facts } = task;
  const { ovs, fp, hybrid } = waysOf(request);
  const device = deviceName(request.vif);
  if (!fp && !ovs) return LIBVIRT_ALONE;
  if (!fp) return { steps: unportSteps(task, basename(socketOf(request).path), undefined, 'dpdkvhostuser') };
  const steps: Step[] = [];
  if (ovs && hybrid) {
    const { switchEnd } = hybridNames(request.vif);
    steps.push(...unhybridSteps(task), ...unportSteps(task, switchEnd));
    if (facts.link(switchEnd)) steps.push({ kind: 'delete-link', device: switchEnd });
  } else if (ovs) {
    steps.push(...unportSteps(task, device));
  }
  if (facts.link(device)) steps.push({ kind: 'run-tool', argv: ['fp-vdev', 'del', device] });
  return { steps };
}
