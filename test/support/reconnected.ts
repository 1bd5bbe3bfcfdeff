import type { Client } from '../../src/ovsdb/index.js';

/** Does what makes the client lose its connection, and waits until it has another. */
export async function reconnected(client: Client, lose: () => void): Promise<void> {
  let lost = false;
  const back = new Promise<void>((resolve) => {
    const stop = client.onState(({ state }) => {
      if (state === 'backoff') lost = true;
      if (!lost || state !== 'ready') return;
      stop();
      resolve();
    });
  });
  lose();
  await back;
}
