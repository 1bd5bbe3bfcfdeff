import { Fatal } from '../fatal.js';
import { serialize } from '../json/index.js';
import type { Call, Context } from './context.js';
import { Daemon } from './daemon.js';
import { ErrorReply } from './rpc.js';

/** `lock`, `steal` and `unlock LOCK`: prints the reply, then what the server says of the lock. */
export function lockCommand(method: 'lock' | 'steal' | 'unlock') {
  return async (context: Context, { rpc, args }: Call): Promise<void> => {
    await using daemon = new Daemon(context);
    await daemon.start();
    for (const other of ['lock', 'steal', 'unlock']) {
      daemon.addCommand(other, 'LOCK', 1, async ([lock]) => {
        const reply = await rpc.request(other, [lock!]).catch((error: unknown) => {
          if (error instanceof ErrorReply) return error.error;
          throw error;
        });
        return serialize(reply, { sort: true });
      });
    }
    const exit = daemon.exitRequested();
    const replied = rpc.request(method, [args[0]!]).then(
      (result) => {
        context.printJson(result);
        daemon.complete();
      },
      (error) => {
        if (!(error instanceof ErrorReply)) throw error;
      },
    );
    rpc.takeNotifications((name, params) => {
      void replied.then(() => {
        context.print(`${name}\n`);
        context.printJson(params);
      });
    });
    const lost = rpc.ended().then(async (errno) => {
      await replied.catch(() => {});
      throw new Fatal(`${rpc.name}: receive failed`, errno);
    });
    replied.catch(() => {});
    await Promise.race([exit, lost]);
  };
}
