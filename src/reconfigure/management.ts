import { randomUUID } from 'node:crypto';
import { parseRecords, type Records } from './records/index.js';

/** The interface by which a host is managed, before it has any other record. */
export interface ManagementInterface {
  readonly bridge: string;
  /** `eth0` */
  readonly device: string;
  readonly mac: string;
  readonly mode: 'dhcp' | 'static';
  readonly ip?: string | undefined;
  readonly netmask?: string | undefined;
  readonly gateway?: string | undefined;
}

/**
 * The records of a host that has but its management interface: what is written when there is nothing to start from.
 *
 * @throws {RecordsError} naming the field.
 */
export function managementRecords(management: ManagementInterface): Records {
  const { bridge, device, mac, mode, ip = '', netmask = '', gateway = '' } = management;
  const [pif, network] = [`OpaqueRef:${randomUUID()}`, `OpaqueRef:${randomUUID()}`] as const;
  return parseRecords({
    pifs: {
      [pif]: {
        uuid: randomUUID(),
        device,
        MAC: mac,
        network,
        management: true,
        ip_configuration_mode: mode === 'dhcp' ? 'DHCP' : 'Static',
        ...(mode === 'static' ? { IP: ip, netmask, gateway } : {}),
      },
    },
    networks: { [network]: { uuid: randomUUID(), bridge, MTU: '1500', PIFs: [pif] } },
  });
}
