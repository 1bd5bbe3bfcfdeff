import type { Plan, Step } from '../../plan/index.js';
import { hybridReads, hybridSteps, unhybridSteps } from '../blocks/hybrid.js';
import { tapSteps } from '../blocks/links.js';
import type { Task } from '../blocks/task.js';
import { deviceName, hybridNames, isHybrid } from '../names.js';
import { guestInterface } from '../xml/index.js';
import { bridgeXml } from './bridge.js';
import type { VifType } from './type.js';

/** Indigo Virtual Switch, by its `ivs-ctl`. */
export const ivs: VifType = {
  reads: (request) => (isHybrid(request) ? hybridReads(request) : { links: [deviceName(request.vif)] }),
  plug: planIvsPlug,
  unplug: planIvsUnplug,
  xml: (request, facts) =>
    isHybrid(request)
      ? bridgeXml(request, facts, hybridNames(request.vif).bridge)
      : guestInterface(request, facts.kernelRelease, {
          source: { kind: 'ethernet' },
          target: deviceName(request.vif),
        }),
};

const addPort = (port: string): Step => ({
  kind: 'run-tool',
  argv: ['ivs-ctl', 'add-port', port],
  undo: ['ivs-ctl', 'del-port', port],
});

/** The veth pair and its port are made together: who finds the pair finds the port. */
function planIvsPlug(task: Task): Plan {
  const { request, facts } = task;
  if (!isHybrid(request)) {
    const device = deviceName(request.vif);
    return { steps: [...tapSteps(facts, device), addPort(device)] };
  }
  const { switchEnd } = hybridNames(request.vif);
  const { network, device } = request.mtu;
  const port = facts.link(switchEnd) ? [] : [addPort(switchEnd)];
  return { steps: [...hybridSteps(task, network ?? device), ...port] };
}

function planIvsUnplug(task: Task): Plan {
  const { request, facts } = task;
  const hybrid = isHybrid(request);
  const port = hybrid ? hybridNames(request.vif).switchEnd : deviceName(request.vif);
  const there = facts.link(port) !== undefined;
  return {
    steps: [
      ...(hybrid ? unhybridSteps(task) : []),
      ...(there ? [{ kind: 'run-tool', argv: ['ivs-ctl', 'del-port', port] } as const] : []),
      ...(there ? [{ kind: 'delete-link', device: port } as const] : []),
    ],
  };
}
