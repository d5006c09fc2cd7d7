export { toBaseUrl } from './baseUrl';
export { clock } from './clock';
export { type ErrorDetails, describeStatus } from './errorDetails';
export { locatorValue, toId } from './ids';
export { isContainer, isObject, isTooDeep, type JsonObject, parseJson, toNumber } from './json';
export { findReason, findReasonInFields } from './reason';
export { redact, redactData, truncate } from './redact';
export { createRequest } from './request';
export type { ApiContext, HttpService } from './types';
