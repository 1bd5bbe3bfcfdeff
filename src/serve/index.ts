/**
 * Plugging as a local service over HTTP and JSON.
 */
export type { ServeLimits } from './limits.js';
export { type Endpoint, inheritedEndpoints, parseTcp } from './listen.js';
export { ROUTES } from './routes.js';
export { Service, type ServiceOptions } from './service.js';
export { loadToken, TOKEN_VARIABLE, Token } from './token.js';
