export { toBaseUrl } from './baseUrl';
export { canonicalJson } from './canonicalJson';
export { clock } from './clock';
export { type ErrorDetails, describeStatus, MAX_SHOWN_LENGTH, shownMessage } from './errorDetails';
export { locatorValue, toId } from './ids';
export { toJsonText, withoutDeepNesting } from './jsonText';
export {
	isContainer,
	isObject,
	isTooDeep,
	type JsonObject,
	MAX_DEPTH,
	parseJson,
	toNumber,
} from './json';
export { type LogContext, writeLine } from './log';
export { findReason, findReasonInFields } from './reason';
export { redact, redactData, truncate } from './redact';
export { createRequest } from './request';
export { createRequestLog, RequestLog } from './requestLog';
export { maskTriggerSecrets } from './triggerSecret';
export type { ApiContext, HttpService } from './types';
