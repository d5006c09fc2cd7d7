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
import { type JsonObject, parseJson } from './answers';
import { clock as realClock } from './clock';
import { type Fault, networkFault, unreadableFault } from './fault';

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
	what: string;
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
	fault(status: number, body: unknown, what: string): Fault;
	/** What kind of answer it is, where the service means something else by it than HTTP does. */
	kindOf?(status: number, body: unknown, call: Call): 'exists' | 'refused' | undefined;
}

/**
 * Sends, and takes what is asked for out of the answer's JSON; an answer that `take` finds nothing in may as well not
 * have come.
 */
type Ask = <T>(call: Call, take: (answer: unknown) => T | undefined) => Promise<Answer<T, Fault>>;

/** How long one call may take, ms. Bounds slow answers too, which n8n's own limit does not. */
const CALL_LIMIT_MS = 30_000;
/** What a 429 without Retry-After asks for, ms. */
const TOO_MANY_WAIT_MS = 1_000;

/** The network's words for: nobody was reached, so nothing can have happened. */
const NOT_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];
/** The connection is never good enough to send anything. */
const NEVER_SENT =
	/^(ERR_TLS|ERR_SSL|ERR_INVALID_URL|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|EPROTO)/;

/**
 * The one function through which every request to a service leaves, and which turns every bad answer into a fault. It
 * never tries again by itself: only who asked knows whether that is safe.
 *
 * @throws what n8n throws when the credential is missing or can't be read
 */
export async function connect(
	context: ApiContext,
	service: HttpService,
	clock: Clock = realClock,
): Promise<Ask> {
	const { credentialType: type } = service;
	const credential = await context.getCredentials(type);
	const baseUrl = toBaseUrl(credential.baseUrl, service);
	const secret = String(credential.apiKey ?? '').trim();

	const send = async (call: Call): Promise<Answer<unknown, Fault>> => {
		if (typeof baseUrl !== 'string') return { kind: 'refused', fault: baseUrl };
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
			timeout: CALL_LIMIT_MS,
		};
		if (body) {
			options.headers = { ...options.headers, 'content-type': 'application/json' };
			options.body = JSON.stringify(body);
		}
		const answer = await withinLimit(
			context.helpers.httpRequestWithAuthentication.call(context, type, options, {
				// Else n8n would read it from its database and decrypt it for every request.
				credentialsDecrypted: { id: '', name: '', type, data: credential },
			}),
			clock,
		).then(
			(response: IN8nHttpFullResponse | undefined) =>
				response ? read(response, call, service, clock) : unanswered('ETIMEDOUT', call, service),
			(error: unknown) => unanswered(networkCode(error), call, service),
		);
		return 'fault' in answer ? { ...answer, fault: scrub(answer.fault, secret) } : answer;
	};

	return async (call, take) => {
		const answer = await send(call);
		if (answer.kind !== 'ok') return answer;
		const value = take(answer.value);
		return value === undefined
			? { kind: 'lost', fault: unreadableFault(service, 200, call.what) }
			: { kind: 'ok', value };
	};
}

function read(
	{ statusCode: status, headers, body }: IN8nHttpFullResponse,
	call: Call,
	service: HttpService,
	clock: Clock,
): Answer<unknown, Fault> {
	if (status >= 200 && status < 300) {
		const value = parseJson(body);
		return value === undefined
			? { kind: 'lost', fault: unreadableFault(service, status, call.what) }
			: { kind: 'ok', value };
	}
	const fault = service.fault(status, body, call.what);
	const kind = service.kindOf?.(status, body, call);
	if (kind) return { kind, fault };
	const asked = retryAfter(headers['retry-after'], clock.now());
	if (status === 429) return { kind: 'later', fault, waitMs: asked ?? TOO_MANY_WAIT_MS };
	if (status >= 500 || status === 408) return { kind: 'lost', fault, waitMs: asked };
	if (status === 401 || status === 403) return { kind: 'denied', fault };
	return { kind: status === 404 ? 'absent' : 'refused', fault };
}

/** No response at all: what matters is whether the request can have arrived. */
function unanswered(code: string, call: Call, service: HttpService): Answer<never, Fault> {
	const fault = networkFault(service, code, call.what);
	if (NOT_SENT.includes(code)) return { kind: 'later', fault };
	return { kind: NEVER_SENT.test(code) ? 'refused' : 'lost', fault };
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
export function toBaseUrl(
	entered: unknown,
	{ baseUrl }: Pick<HttpService, 'baseUrl'>,
): string | Fault {
	const usual = new URL(baseUrl);
	const text = String(entered ?? '').trim() || baseUrl;
	const url = URL.canParse(text) ? new URL(text) : undefined;
	if (!url || !['http:', 'https:'].includes(url.protocol) || url.search || url.hash) {
		return {
			message: 'The API URL in the credential is not one that requests can be sent to',
			description: `Enter an address that begins with https://, usually ${baseUrl}.`,
		};
	}
	const path = url.pathname.replace(/\/+$/, '');
	const isOnlyHost = path === '' && url.host === usual.host;
	return `${url.origin}${isOnlyHost ? usual.pathname.replace(/\/$/, '') : path}`;
}

function scrub(fault: Fault, secret: string): Fault {
	const clean = (text: string) => (secret.length > 3 ? text.replaceAll(secret, '***') : text);
	return { ...fault, message: clean(fault.message), description: clean(fault.description) };
}
