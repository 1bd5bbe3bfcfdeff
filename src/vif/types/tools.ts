/** Virtual networks of vendors: a tap, and a tool that is told of it. */
import { InvalidArgumentError } from '../../base/errors.js';
import type { Plan, Step, ToolCommand } from '../../plan/index.js';
import { deleteTapSteps, mtuSteps, tapSteps } from '../blocks/links.js';
import { need } from '../errors.js';
import { deviceName } from '../names.js';
import type { VifRequest } from '../request/index.js';
import { guestInterface } from '../xml/index.js';
import type { VifType } from './type.js';

interface Tool {
  readonly bandwidth: boolean;
  /** What is run after the tap is made, and what takes each back. */
  plug(request: VifRequest): readonly { argv: ToolCommand; undo?: ToolCommand }[];
  /** What is run before the tap goes. */
  unplug(request: VifRequest): readonly ToolCommand[];
}

function tapWithTool(tool: Tool): VifType {
  return {
    reads: ({ vif }) => ({ links: [deviceName(vif)] }),
    plug: ({ request, facts }): Plan => ({
      steps: [
        ...tapSteps(facts, deviceName(request.vif)),
        ...tool.plug(request).map((run): Step => ({ kind: 'run-tool', ...run })),
      ],
    }),
    unplug: ({ request, facts }): Plan => ({
      steps: [
        ...tool.unplug(request).map((argv): Step => ({ kind: 'run-tool', argv })),
        ...deleteTapSteps(facts, deviceName(request.vif)),
      ],
    }),
    xml: (request, facts) =>
      guestInterface(request, facts.kernelRelease, {
        source: { kind: 'ethernet' },
        target: deviceName(request.vif),
        bandwidth: tool.bandwidth,
      }),
  };
}

/** MidoNet, by `mm-ctl`. */
export const midonet = tapWithTool({
  bandwidth: false,
  plug: ({ vif }) => [
    { argv: ['mm-ctl', '--bind-port', vif.id, deviceName(vif)], undo: ['mm-ctl', '--unbind-port', vif.id] },
  ],
  unplug: ({ vif }) => [['mm-ctl', '--unbind-port', vif.id]],
});

/** PLUMgrid's IO Visor, by `ifc_ctl`. */
export const iovisor = tapWithTool({
  bandwidth: true,
  plug(request) {
    const { vif, instance } = request;
    const device = deviceName(vif);
    const { 'vif.network.id': network, 'instance.project_id': project } = need(request, {
      'vif.network.id': vif.network.id,
      'instance.project_id': instance.projectId,
    });
    const ifup = ['access_vm', accessId(request), vif.address, `pgtag2=${network}`, `pgtag1=${project}`];
    return [
      { argv: ['ifc_ctl', 'gateway', 'add_port', device], undo: ['ifc_ctl', 'gateway', 'del_port', device] },
      { argv: ['ifc_ctl', 'gateway', 'ifup', device, ...ifup], undo: ifdown(request) },
    ];
  },
  unplug: (request) => [ifdown(request), ['ifc_ctl', 'gateway', 'del_port', deviceName(request.vif)]],
});

function ifdown(request: VifRequest): ToolCommand {
  const { vif, release } = request;
  const access = release === 'icehouse' ? ['access_vm', accessId(request), vif.address] : [];
  return ['ifc_ctl', 'gateway', 'ifdown', deviceName(vif), ...access];
}

/** icehouse puts the network's label before the VIF's id. */
function accessId(request: VifRequest): string {
  const { vif, release } = request;
  if (release === 'newton') return vif.id;
  const { 'vif.network.label': label } = need(request, { 'vif.network.label': vif.network.label });
  if (label.startsWith('-'))
    throw new InvalidArgumentError(`vif.network.label ${label}: ifc_ctl would take it for an option`);
  return `${label}_${vif.id}`;
}

/** Contrail's vRouter, by `vrouter-port-control`, which takes all in one argument. */
export const vrouter = tapWithTool({
  bandwidth: true,
  plug(request) {
    const { vif, instance, guest } = request;
    const fields = need(request, { 'vif.network.id': vif.network.id, 'instance.project_id': instance.projectId });
    const options = {
      oper: 'add',
      uuid: vif.id,
      instance_uuid: instance.uuid,
      vn_uuid: fields['vif.network.id'],
      vm_project_uuid: fields['instance.project_id'],
      ip_address: lastAddress(request, 4) ?? '0.0.0.0',
      ipv6_address: lastAddress(request, 6) ?? 'None',
      vm_name: instance.displayName ?? 'None',
      mac: vif.address,
      tap_name: deviceName(vif),
      port_type: guest.virtType === 'lxc' ? 'NameSpacePort' : 'NovaVMPort',
      tx_vlan_id: '-1',
      rx_vlan_id: '-1',
    };
    return [
      {
        argv: ['vrouter-port-control', words(options)],
        undo: ['vrouter-port-control', words({ oper: 'delete', uuid: vif.id })],
      },
    ];
  },
  unplug: ({ vif }) => [['vrouter-port-control', words({ oper: 'delete', uuid: vif.id })]],
});

/** The tool parts them at white space: a name that has some must not bring options of its own. */
const words = (options: Record<string, string>) =>
  Object.entries(options)
    .map(([key, value]) => `--${key}=${value.replace(/\s+/g, '_')}`)
    .join(' ');

/** The first address of each subnet counts, and of those of one version the last. */
function lastAddress({ vif }: VifRequest, version: 4 | 6): string | undefined {
  const fitting = vif.network.subnets.flatMap(({ ips }) => {
    const { address, version: is } = ips?.[0] ?? {};
    if (address == null) return [];
    return (is ?? (address.includes(':') ? 6 : 4)) === version ? [address] : [];
  });
  return fitting.at(-1);
}

/** A tap and nothing else. */
export const tap: VifType = {
  reads: ({ vif }) => ({ links: [deviceName(vif)] }),
  plug({ request, facts }) {
    const device = deviceName(request.vif);
    const { network, device: byDefault } = request.mtu;
    const mac = request.vif.details.mac_address ?? undefined;
    return {
      steps: [
        ...tapSteps(facts, device, mac === undefined ? {} : { mac }),
        ...mtuSteps(facts, device, network ?? byDefault),
      ],
    };
  },
  unplug: ({ request, facts }) => ({ steps: deleteTapSteps(facts, deviceName(request.vif)) }),
  xml: (request, facts) =>
    guestInterface(request, facts.kernelRelease, { source: { kind: 'ethernet' }, target: deviceName(request.vif) }),
};
