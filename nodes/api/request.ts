import type {
	IExecuteFunctions,
	IHookFunctions,
	IHttpRequestMethods,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IN8nHttpFullResponse,
	IWebhookFunctions,
} from 'n8n-workflow';
import type { Answer, Clock } from '../runs';
import { type JsonObject, parseJson } from '../shared/http/answers';
import { clock as realClock } from '../shared/http/clock';
import { type Fault, networkFault, statusFault, unreadableFault } from './fault';

/** Every place in n8n from which Copy.ai is called. */
export type ApiContext =
	| IExecuteFunctions
	| IHookFunctions
	| ILoadOptionsFunctions
	| IWebhookFunctions;

/** One call. */
export interface Call {
	method: IHttpRequestMethods;
	/** Below the API URL, each part encoded. */
	path: string;
	query?: Record<string, number>;
	body?: JsonObject;
	/** What is asked, as messages say it: `the start of a run of workflow WCFG-1`. */
	what: string;
}

/** How long one call may take, ms. Bounds slow answers too, which n8n's own limit does not. */
export const CALL_LIMIT_MS = 30_000;
/** What a 429 without Retry-After asks for, ms. */
const TOO_MANY_WAIT_MS = 1_000;

/** The network's words for: nobody was reached, so nothing can have happened. */
const NOT_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];
/** The connection is never good enough to send anything. */
const NEVER_SENT =
	/^(ERR_TLS|ERR_SSL|ERR_INVALID_URL|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|EPROTO)/;

type Send = (call: Call) => Promise<Answer<unknown, Fault>>;

/**
 * The one function through which every request leaves, and which turns every bad answer into a fault. It never tries
 * again by itself: only who asked knows whether that is safe.
 *
 * @throws what n8n throws when the credential is missing or can't be read
 */
export async function connect(context: ApiContext, clock: Clock = realClock): Promise<Send> {
	const credential = await context.getCredentials('copyAiApi');
	const baseUrl = toBaseUrl(credential.baseUrl);
	const secret = String(credential.apiKey ?? '').trim();

	return async ({ method, path, query, body, what }) => {
		if (typeof baseUrl !== 'string') return { kind: 'refused', fault: baseUrl };
		const options: IHttpRequestOptions = {
			method,
			url: `${baseUrl}${path}`,
			qs: query,
			headers: { accept: 'application/json' },
			// As text both ways: read by n8n, a cut answer would look like a good one.
			encoding: 'text',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			timeout: CALL_LIMIT_MS,
		};
		if (body) {
			options.headers = { ...options.headers, 'content-type': 'application/json' };
			options.body = JSON.stringify(body);
		}
		const answer = await withinLimit(
			context.helpers.httpRequestWithAuthentication.call(context, 'copyAiApi', options, {
				// Else n8n would read it from its database and decrypt it for every request.
				credentialsDecrypted: { id: '', name: '', type: 'copyAiApi', data: credential },
			}),
			clock,
		).then(
			(response: IN8nHttpFullResponse | undefined) =>
				response ? read(response, what, clock.now()) : lost('ETIMEDOUT', what),
			(error: unknown) => unanswered(error, what),
		);
		return 'fault' in answer ? { ...answer, fault: scrub(answer.fault, secret) } : answer;
	};
}

function read(response: IN8nHttpFullResponse, what: string, now: number): Answer<unknown, Fault> {
	const { statusCode: status, headers } = response;
	if (status >= 200 && status < 300) {
		const value = parseJson(response.body);
		return value === undefined
			? { kind: 'lost', fault: unreadableFault(status, what) }
			: { kind: 'ok', value };
	}
	const fault = statusFault(status, response.body, what);
	const asked = retryAfter(headers['retry-after'], now);
	if (status === 429) return { kind: 'later', fault, waitMs: asked ?? TOO_MANY_WAIT_MS };
	if (status >= 500 || status === 408) return { kind: 'lost', fault, waitMs: asked };
	if (status === 401 || status === 403) return { kind: 'denied', fault };
	return { kind: status === 404 ? 'absent' : 'refused', fault };
}

/** No response at all: what matters is whether the request can have arrived. */
function unanswered(error: unknown, what: string): Answer<never, Fault> {
	const code = networkCode(error);
	if (NOT_SENT.includes(code)) return { kind: 'later', fault: networkFault(code, what) };
	if (NEVER_SENT.test(code)) return { kind: 'refused', fault: networkFault(code, what) };
	return lost(code, what);
}

function lost(code: string, what: string): Answer<never, Fault> {
	return { kind: 'lost', fault: networkFault(code, what) };
}

/** n8n wraps what axios throws, and the code moves: it is looked for in the error and in its causes. */
function networkCode(error: unknown): string {
	let at = error;
	for (let depth = 0; at && typeof at === 'object' && depth < 5; depth++) {
		const { code, httpCode, cause, errorResponse } = at as Record<string, unknown>;
		const found = [code, httpCode].find(
			(text) => typeof text === 'string' && /^[A-Z][A-Z_]+$/.test(text),
		);
		if (typeof found === 'string') return found;
		at = cause ?? errorResponse;
	}
	return '';
}

/** @returns undefined when the limit has passed */
async function withinLimit<T>(response: Promise<T>, clock: Clock): Promise<T | undefined> {
	const over = new AbortController();
	const limit = clock.sleep(CALL_LIMIT_MS, over.signal).then(() => undefined);
	return await Promise.race([response, limit]).finally(() => over.abort());
}

/** Seconds or a date, as ms from now. @returns nothing for everything else, and for the past */
export function retryAfter(header: unknown, now = realClock.now()): number | undefined {
	if (typeof header !== 'string' || header.trim() === '') return undefined;
	const seconds = Number(header);
	const ms = Number.isNaN(seconds) ? Date.parse(header) - now : seconds * 1000;
	return ms >= 0 && Number.isFinite(ms) ? ms : undefined;
}

/** @returns the URL that paths are put behind, or what is wrong with it */
export function toBaseUrl(entered: unknown): string | Fault {
	const text = String(entered ?? '').trim() || 'https://api.copy.ai/api';
	const url = URL.canParse(text) ? new URL(text) : undefined;
	if (!url || !['http:', 'https:'].includes(url.protocol) || url.search || url.hash) {
		return {
			message: 'The API URL in the credential is not one that requests can be sent to',
			description: 'Enter an address that begins with https://, usually https://api.copy.ai/api.',
		};
	}
	const path = url.pathname.replace(/\/+$/, '');
	return `${url.origin}${path === '' && url.host === 'api.copy.ai' ? '/api' : path}`;
}

function scrub(fault: Fault, secret: string): Fault {
	const clean = (text: string) => (secret.length > 3 ? text.replaceAll(secret, '***') : text);
	return { ...fault, message: clean(fault.message), description: clean(fault.description) };
}
