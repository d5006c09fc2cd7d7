export * from './answers';
export type { ControlActions } from './control';
export * from './faults';
export { draw, type Random, seededRandom } from './random';
export { type RateLimit, TokenBucket } from './rateLimit';
export * from './requests';
export { type Answering, type FakeServer, listen, type ListenOptions } from './server';
export { mergeNamed } from './settings';
