/** A device that others have deleted since the look at it. */
import { isNoDevice } from '../../netdev/index.js';
import type { Undo } from './kind.js';

const hasGone = (device: string, error: unknown) => isNoDevice(error) && error.device === device;

/** Does what is for a device that may be missing. */
export async function ifThere(
  { device, ifExists }: { readonly device: string; readonly ifExists?: boolean | undefined },
  act: () => Promise<Undo | undefined>,
): Promise<Undo | undefined> {
  try {
    return await act();
  } catch (error) {
    if (ifExists && hasGone(device, error)) return undefined;
    throw error;
  }
}

/** Takes a setting back, which has gone with its device. */
export const unlessGone =
  (device: string, undo: () => Promise<void>): Undo =>
  async () => {
    try {
      await undo();
    } catch (error) {
      if (!hasGone(device, error)) throw error;
    }
  };
