import { AbortedError, messageOf } from '../../base/errors.js';
import { Metrics } from '../../metrics/index.js';
import { type Endpoint, inheritedEndpoints, loadToken, parseTcp, Service } from '../../serve/index.js';
import { DEFAULT_OWNER, Plugger } from '../../vif/index.js';
import { Ovs } from '../../vswitch/index.js';
import { type Io, oneLine } from '../io.js';
import { endingSignals } from '../signals.js';
import { parseArguments, parseTimeout, UsageError } from '../usage.js';

const DEFAULT_SOCKET = '/run/ovskit/ovskit.sock';

export const serveHelp = `ovskit serve [options]

Plugs virtual interfaces for programs that speak HTTP and JSON, on a warm replica of the switch's configuration:
POST /plug, /unplug, /plug-many, /unplug-many and /reconcile, GET /vifs, /health and /metrics. share/openapi.json describes
them, docs/serve.md tells more.

  --socket PATH       the unix socket to listen on (default: ${DEFAULT_SOCKET}, unless --tcp or
                      systemd says otherwise)
  --socket-mode MODE  its mode, in octal (default 0600)
  --tcp [HOST:]PORT   listen on a loopback address too; every request then has to carry a token
  --token-file FILE   the token, in a file that only its owner reads (default: $OVSKIT_SERVE_TOKEN)
  --remote REMOTE     the switch's database (default: $OVSKIT_REMOTE, $OVS_RUNDIR/db.sock,
                      unix:/var/run/openvswitch/db.sock)
  --owner NAME        whose mark the ports get, and whose are listed and reconciled (default ovskit)
  --timeout MS        deadline of a plug that names none, in milliseconds (default: 30000 for each of its steps)
  --stop-timeout MS   for what is in flight at the end, in milliseconds (default 30000)

Sockets that systemd passes (sd_listen_fds(3)) take the place of --socket. SIGTERM, SIGINT and SIGHUP end it when what is in
flight is done. Exit status: 0; 1 when it can't begin; 2 for a usage error.
`;

/** `ovskit serve`. @returns the exit status. */
export async function serveCommand(argv: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments({
    args: argv,
    allowPositionals: true,
    options: {
      socket: { type: 'string' },
      'socket-mode': { type: 'string', default: '0600' },
      tcp: { type: 'string', multiple: true, default: [] },
      'token-file': { type: 'string' },
      remote: { type: 'string' },
      owner: { type: 'string', default: DEFAULT_OWNER },
      timeout: { type: 'string' },
      'stop-timeout': { type: 'string' },
    },
  });
  if (positionals[0] !== undefined) throw new UsageError(`unexpected argument '${positionals[0]}'`);
  if (values.owner === '') throw new UsageError('--owner must not be empty');
  const token = loadToken(values['token-file']);
  const endpoints = chooseEndpoints(values.socket, values['socket-mode'], values.tcp);
  const timeout = parseTimeout(values.timeout);
  const stopTimeout = parseTimeout(values['stop-timeout']);
  const say = (text: string) => void io.stderr.write(`ovskit serve: ${oneLine(text)}\n`);

  using ending = endingSignals();
  const { signal } = ending;
  try {
    await using ovs = await Ovs.connect(values.remote, { signal });
    await using plugger = new Plugger(ovs, { owner: values.owner });
    let metrics: Promise<Metrics> | undefined;
    const limits = stopTimeout === undefined ? {} : { stopTimeout };
    const startMetrics = () => {
      metrics ??= Metrics.start({ ovs });
      return metrics;
    };
    // Counted from the beginning, where there is something to count with.
    startMetrics().catch(() => {});
    await using service = await Service.start(ovs, plugger, {
      endpoints,
      token,
      limits,
      timeout,
      metrics: startMetrics,
      onError: (error) => say(error instanceof Error ? (error.stack ?? error.message) : messageOf(error)),
    });
    void metrics?.then(
      (found) =>
        found.gauge('ovskit_serve_requests_in_flight', 'Plugs and unplugs that are worked on.', () => service.inFlight),
      () => {},
    );
    say(`listening on ${service.addresses.join(', ')}`);
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    say(`${signal.reason}: stopping`);
    await service.stop();
    return 0;
  } catch (error) {
    if (!(error instanceof AbortedError && signal.aborted)) throw error;
    return ending.status;
  }
}

function chooseEndpoints(socket: string | undefined, modeText: string, tcp: readonly string[]): Endpoint[] {
  if (!/^0?[0-7]{3}$/.test(modeText))
    throw new UsageError(`--socket-mode takes an octal mode such as 0660, not ${modeText}`);
  const mode = Number.parseInt(modeText, 8);
  const inherited = inheritedEndpoints();
  if (inherited.length > 0 && socket !== undefined) {
    throw new UsageError(
      '--socket is not for a service whose sockets systemd passes: see ListenStream of its socket unit',
    );
  }
  const overTcp = tcp.map(parseTcp);
  if (inherited.length > 0 || (socket === undefined && overTcp.length > 0)) return [...inherited, ...overTcp];
  return [{ kind: 'unix', path: socket ?? DEFAULT_SOCKET, mode }, ...overTcp];
}
