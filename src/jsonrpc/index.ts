/** JSON-RPC 1.0 on a byte stream, as OVSDB speaks it (RFC 7047 section 4). */
export type { RequestOptions } from './call.js';
export { ConnectionLostError, HandlerError, LimitError, ProtocolError, RemoteError } from './errors.js';
export { Framer, type OnText } from './framer.js';
export { Inlet } from './inlet.js';
export { DEFAULT_LIMITS, type Limits } from './limits.js';
export { parse } from './parse.js';
export { DEFAULT_TIMEOUT, Session, type SessionOptions } from './session.js';
export { stringify } from './stringify.js';
