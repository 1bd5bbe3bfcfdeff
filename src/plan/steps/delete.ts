/** Steps that delete devices. The undoing makes them again, as far as the kernel lets it. */
import {
  deleteLink,
  deleteTap,
  isNoDevice,
  isTap,
  type KeptLink,
  keepLink,
  linkExists,
  NetdevError,
} from '../../netdev/index.js';
import type { StepKinds, Undo } from './kind.js';

/** Deletes a tap, whoever has it open, and nothing but a tap. That there is none is fine. */
export interface DeleteTapStep {
  readonly kind: 'delete-tap';
  readonly device: string;
}

/** Deletes a link of any kind; of a veth pair both ends. That there is none is fine. */
export interface DeleteLinkStep {
  readonly kind: 'delete-link';
  readonly device: string;
}

export type DeleteStep = DeleteTapStep | DeleteLinkStep;

export const deleteKinds: StepKinds<DeleteStep> = {
  'delete-tap': {
    describe: ({ device }) => `delete tap ${device}`,
    // `ip tuntap del` has to be told of a tap's queues.
    explain: ({ device }) => [['ip', 'link', 'delete', 'dev', device]],
    async perform({ device }, { last }) {
      if (!linkExists(device)) return undefined;
      const kept = isTap(device) ? await keep(device, last) : undefined;
      await deleteTap(device, { ifExists: true, force: true });
      return kept && unlessThere(device, () => kept.restore());
    },
  },
  'delete-link': {
    describe: ({ device }) => `delete link ${device}`,
    explain: ({ device }) => [['ip', 'link', 'delete', 'dev', device]],
    async perform({ device }, { last }) {
      if (!linkExists(device)) return undefined;
      const kept = await keep(device, last);
      await deleteLink(device, { ifExists: true });
      return unlessThere(device, () => kept.restore());
    },
  },
};

/**
 * The kernel tells of a link's addresses and routes only together with those of all other links: for many taps that are deleted
 * at once, which is mostly by last steps, that would grow with their square.
 */
async function keep(device: string, last: boolean): Promise<Pick<KeptLink, 'restore'>> {
  const nothing = { restore: async () => {} };
  if (last) return nothing;
  try {
    return await keepLink(device);
  } catch (error) {
    // It went since the look at it.
    if (isNoDevice(error)) return nothing;
    throw error;
  }
}

/** Somebody else may have made one of that name meanwhile. */
function unlessThere(device: string, undo: Undo): Undo {
  return async () => {
    try {
      if (!linkExists(device)) await undo();
    } catch (error) {
      const isThere = error instanceof NetdevError && error.code === 'ERR_NETDEV_EXISTS' && error.device === device;
      if (!isThere) throw error;
    }
  };
}
