import type {
	IExecuteFunctions,
	IHookFunctions,
	IHttpRequestMethods,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IN8nHttpFullResponse,
	IWebhookFunctions,
} from 'n8n-workflow';
import type { Answer, Clock } from '../../runs';
import { type JsonObject, parseJson } from './json';
import { clock as realClock } from './clock';
import { type ErrorDetails, networkError, unreadableResponse } from './errorDetails';

/** Every place in n8n from which a service is called. */
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
	query?: Record<string, string | number | boolean>;
	body?: JsonObject;
	/** What is asked, as messages say it: `the start of a run of workflow W-1`. */
	action: string;
}

/** What tells one service's HTTP from another's. */
export interface HttpService {
	/** As messages say it. */
	name: string;
	/** The credential type that signs requests; it has `apiKey` and `baseUrl`. */
	credentialType: string;
	/** Where requests go unless the credential says otherwise. */
	baseUrl: string;
	/**
	 * What a bad status means, as a user reads it.
	 *
	 * @param body text as it came, or nothing
	 */
	errorDetails(status: number, body: unknown, action: string): ErrorDetails;
	/** What kind of answer it is, where the service means something else by it than HTTP does. */
	answerKind?(status: number, body: unknown, call: Call): 'alreadyExists' | 'rejected' | undefined;
}

/**
 * Sends, and takes what is asked for out of the answer's JSON; an answer that `take` finds nothing in may as well not
 * have come.
 */
type Request = <T>(
	call: Call,
	parse: (answer: unknown) => T | undefined,
) => Promise<Answer<T, ErrorDetails>>;

/** How long one call may take, ms. Bounds slow answers too, which n8n's own limit does not. */
const REQUEST_TIMEOUT_MS = 30_000;
/** What a 429 without Retry-After asks for, ms. */
const DEFAULT_RETRY_AFTER_MS = 1_000;

/** The network's words for: nobody was reached, so nothing can have happened. */
const UNSENT_CODES = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];
/** The connection is never good enough to send anything. */
const TLS_CODES =
	/^(ERR_TLS|ERR_SSL|ERR_INVALID_URL|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|EPROTO)/;

/**
 * The one function through which every request to a service leaves, and which turns every bad answer into a fault. It
 * never tries again by itself: only who asked knows whether that is safe.
 *
 * @throws what n8n throws when the credential is missing or can't be read
 */
export async function createRequest(
	context: ApiContext,
	service: HttpService,
	clock: Clock = realClock,
): Promise<Request> {
	const { credentialType: type } = service;
	const credential = await context.getCredentials(type);
	const baseUrl = toBaseUrl(credential.baseUrl, service);
	const secret = String(credential.apiKey ?? '').trim();

	const send = async (call: Call): Promise<Answer<unknown, ErrorDetails>> => {
		if (typeof baseUrl !== 'string') return { kind: 'rejected', error: baseUrl };
		const { method, path, query, body } = call;
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
			timeout: REQUEST_TIMEOUT_MS,
		};
		if (body) {
			options.headers = { ...options.headers, 'content-type': 'application/json' };
			options.body = JSON.stringify(body);
		}
		const answer = await withTimeout(
			context.helpers.httpRequestWithAuthentication.call(context, type, options, {
				// Else n8n would read it from its database and decrypt it for every request.
				credentialsDecrypted: { id: '', name: '', type, data: credential },
			}),
			clock,
		).then(
			(response: IN8nHttpFullResponse | undefined) =>
				response
					? toAnswer(response, call, service, clock)
					: networkAnswer('ETIMEDOUT', call, service),
			(error: unknown) => networkAnswer(networkCode(error), call, service),
		);
		return 'error' in answer ? { ...answer, error: redact(answer.error, secret) } : answer;
	};

	return async (call, parse) => {
		const answer = await send(call);
		if (answer.kind !== 'ok') return answer;
		const value = parse(answer.value);
		return value === undefined
			? { kind: 'indeterminate', error: unreadableResponse(service, 200, call.action) }
			: { kind: 'ok', value };
	};
}

function toAnswer(
	{ statusCode: status, headers, body }: IN8nHttpFullResponse,
	call: Call,
	service: HttpService,
	clock: Clock,
): Answer<unknown, ErrorDetails> {
	if (status >= 200 && status < 300) {
		const value = parseJson(body);
		return value === undefined
			? { kind: 'indeterminate', error: unreadableResponse(service, status, call.action) }
			: { kind: 'ok', value };
	}
	const error = service.errorDetails(status, body, call.action);
	const kind = service.answerKind?.(status, body, call);
	if (kind) return { kind, error };
	const retryAfterMs = retryAfter(headers['retry-after'], clock.now());
	if (status === 429)
		return { kind: 'retryable', error, retryAfterMs: retryAfterMs ?? DEFAULT_RETRY_AFTER_MS };
	if (status >= 500 || status === 408)
		return { kind: 'indeterminate', error, retryAfterMs: retryAfterMs };
	if (status === 401 || status === 403) return { kind: 'unauthorized', error };
	return { kind: status === 404 ? 'notFound' : 'rejected', error };
}

/** No response at all: what matters is whether the request can have arrived. */
function networkAnswer(
	code: string,
	call: Call,
	service: HttpService,
): Answer<never, ErrorDetails> {
	const error = networkError(service, code, call.action);
	if (UNSENT_CODES.includes(code)) return { kind: 'retryable', error };
	return { kind: TLS_CODES.test(code) ? 'rejected' : 'indeterminate', error };
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
async function withTimeout<T>(response: Promise<T>, clock: Clock): Promise<T | undefined> {
	const over = new AbortController();
	const limit = clock.sleep(REQUEST_TIMEOUT_MS, over.signal).then(() => undefined);
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
export function toBaseUrl(
	entered: unknown,
	{ baseUrl }: Pick<HttpService, 'baseUrl'>,
): string | ErrorDetails {
	const defaultUrl = new URL(baseUrl);
	const text = String(entered ?? '').trim() || baseUrl;
	const url = URL.canParse(text) ? new URL(text) : undefined;
	if (!url || !['http:', 'https:'].includes(url.protocol) || url.search || url.hash) {
		return {
			message: 'The API URL in the credential is not one that requests can be sent to',
			description: `Enter an address that begins with https://, usually ${baseUrl}.`,
		};
	}
	const path = url.pathname.replace(/\/+$/, '');
	const isOnlyHost = path === '' && url.host === defaultUrl.host;
	return `${url.origin}${isOnlyHost ? defaultUrl.pathname.replace(/\/$/, '') : path}`;
}

function redact(fault: ErrorDetails, secret: string): ErrorDetails {
	const clean = (text: string) => (secret.length > 3 ? text.replaceAll(secret, '***') : text);
	return { ...fault, message: clean(fault.message), description: clean(fault.description) };
}
