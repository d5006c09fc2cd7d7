export { toBaseUrl } from './baseUrl';
export { clock } from './clock';
export { type ErrorDetails, describeStatus } from './errorDetails';
export { locatorValue, toId } from './ids';
export { isObject, isTooDeep, type JsonObject, parseJson, toNumber } from './json';
export { createRequest } from './request';
export type { ApiContext, HttpService } from './types';
