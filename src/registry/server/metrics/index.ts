// The door of metrics: what a registry server tells of itself.
export { type AccessLog, openAccessLog } from './access-log.ts';
export { type Counter, type Families, metricFamilies, type Sample } from './families.ts';
export { type Observation, observing } from './observed.ts';
export { healthRoutes, metricsRoute } from './routes.ts';
export { type ServerMetrics, serverMetrics } from './server-metrics.ts';
