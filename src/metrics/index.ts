/**
 * Prometheus metrics of ovskit, by prom-client.
 */
export { NoPromClientError } from './errors.js';
export { Metrics, type MetricsOptions } from './metrics.js';
export type { Registry } from './prom-client.js';
