import { OvskitError } from '../base/errors.js';

/** What the service answers besides the errors of plugging: each has its HTTP status. */
class ServeError extends OvskitError {
  constructor(
    readonly status: number,
    code: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(code, message);
  }
}

/** The service can't listen where it is told to: `ERR_SERVE_LISTEN`. */
export class ListenError extends OvskitError {
  constructor(message: string, cause?: unknown) {
    super('ERR_SERVE_LISTEN', message, { cause });
  }
}

/** Seconds after which a client that was turned away may come again. */
const RETRY_AFTER = '1';

export const notFound = (path: string, paths: readonly string[]) =>
  new ServeError(404, 'ERR_SERVE_NOT_FOUND', `there is no ${path}; there are ${paths.join(', ')}`);

export const wrongMethod = (method: string, path: string, allowed: readonly string[]) =>
  new ServeError(405, 'ERR_SERVE_METHOD', `${path} takes ${allowed.join(', ')}, not ${method}`, {
    allow: allowed.join(', '),
  });

const BEARER = { 'www-authenticate': 'Bearer' };

/** @param authorization the header that does not show the token; it is not repeated. */
export const unauthorized = (authorization: string | undefined) =>
  /^Bearer +\S/i.test(authorization ?? '')
    ? new ServeError(
        401,
        'ERR_SERVE_UNAUTHORIZED',
        "the token of the header Authorization is not this service's",
        BEARER,
      )
    : new ServeError(401, 'ERR_SERVE_UNAUTHORIZED', 'over TCP a request needs "Authorization: Bearer TOKEN"', BEARER);

export const tooLarge = (limit: number) =>
  new ServeError(413, 'ERR_SERVE_TOO_LARGE', `the body may have ${limit} bytes at most`);

export const wrongMediaType = (got: string) =>
  new ServeError(415, 'ERR_SERVE_MEDIA_TYPE', `the body must be application/json, uncompressed, not ${got}`);

export const busy = (limit: number) =>
  new ServeError(503, 'ERR_SERVE_BUSY', `${limit} requests are being worked on already`, {
    'retry-after': RETRY_AFTER,
  });

export const busyWith = (path: string, limit: number) =>
  new ServeError(503, 'ERR_SERVE_BUSY', `${limit} of ${path} at once, and so many are being worked on already`, {
    'retry-after': RETRY_AFTER,
  });

export const noRoom = (bytes: number) =>
  new ServeError(503, 'ERR_SERVE_BUSY', `${bytes} bytes of long bodies are being read already`, {
    'retry-after': RETRY_AFTER,
  });

export const stopping = () =>
  new ServeError(503, 'ERR_SERVE_STOPPING', 'the service is stopping', {
    'retry-after': RETRY_AFTER,
    connection: 'close',
  });

/** The status by which an error of ovskit is answered, where it is not our own defect (500). */
const STATUS: Readonly<Record<string, number>> = {
  ERR_INVALID_ARGUMENT: 400,
  ERR_VIF_UNKNOWN_TYPE: 400,
  ERR_VIF_DETAILS_MISSING: 400,
  ERR_VIF_UNSUPPORTED_MODEL: 400,
  ERR_VIF_UNSUPPORTED_VIRT_TYPE: 400,
  // The request is well-formed, and the switch or the machine is not as it has to be for it.
  ERR_VSWITCH_NO_BRIDGE: 409,
  ERR_VSWITCH_NO_PORT: 409,
  ERR_VSWITCH_NAME_TAKEN: 409,
  ERR_VSWITCH_PORT_ON_OTHER_BRIDGE: 409,
  ERR_VSWITCH_REFUSED: 409,
  ERR_VIF_PORT_TAKEN: 409,
  ERR_VIF_DUPLICATE_IFACE_ID: 409,
  ERR_NETDEV_WRONG_KIND: 409,
  ERR_NETDEV_EXISTS: 409,
  ERR_NETDEV_NO_DEVICE: 409,
  ERR_NETDEV_BUSY: 409,
  ERR_NETDEV_UNSUPPORTED: 409,
  // The kernel refused, in its own words.
  ERR_NETDEV: 409,
  // Another program failed us.
  ERR_VSWITCH_INTERFACE_FAILED: 502,
  ERR_TOOL_FAILED: 502,
  ERR_TOOL_NOT_FOUND: 502,
  // The service hasn't what it takes, now or a second later.
  ERR_METRICS_NO_PROM_CLIENT: 501,
  // Doing it again is safe: it changes nothing that is as wanted.
  ERR_OVSDB_COMMIT_OUTCOME_UNKNOWN: 503,
  ERR_BUSY: 503,
  ERR_ABORTED: 503,
  ERR_OVSDB_CONNECT: 503,
  ERR_OVSDB_CLOSED: 503,
  ERR_TIMEOUT: 504,
};

/** How an error is answered. */
export interface Answerable {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
}

export function answerable(error: unknown): Answerable {
  if (error instanceof ServeError) return error;
  if (!(error instanceof OvskitError)) {
    // What went wrong inside is the log's business, and not the client's.
    return { status: 500, code: 'ERR_SERVE_INTERNAL', message: 'a defect of ovskit; see its log', headers: {} };
  }
  const status = STATUS[error.code] ?? 500;
  const headers: Record<string, string> = status === 503 ? { 'retry-after': RETRY_AFTER } : {};
  return { status, code: error.code, message: error.message, headers };
}
