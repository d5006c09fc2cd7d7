export { canonicalJson } from './canonicalJson';
export { isObject, isTooDeep, type JsonObject, parseJson, toNumber } from './json';
export { clock } from './clock';
export { type ErrorDetails, describeStatus } from './errorDetails';
export { locatorValue, toId } from './ids';
export { type ApiContext, createRequest, type HttpService, toBaseUrl } from './request';
