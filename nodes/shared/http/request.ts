import { createHash } from 'crypto';
import type { IHttpRequestOptions } from 'n8n-workflow';
import type { Answer, Clock } from '../../runs';
import { toBaseUrl } from './baseUrl';
import { clock as realClock } from './clock';
import {
	type ErrorDetails,
	foreignResponse,
	nestedResponse,
	oversizedResponse,
	unreadableResponse,
	unserializableRequest,
	webPageResponse,
} from './errorDetails';
import { type Exchange, exchange, MAX_BODY_BYTES } from './exchange';
import { isTooDeep, MAX_DEPTH } from './json';
import { networkAnswer, networkCode, refusedByN8n } from './networkErrors';
import { redact, truncate } from './redact';
import { createRequestLog } from './requestLog';
import { isForeign, isWebPage, toAnswer } from './response';
import { Turns } from './turns';
import type { ApiContext, Call, HttpService, Request } from './types';

/** The longest message or description, UTF-16 units. */
const MAX_MESSAGE_LENGTH = 1_000;

/**
 * The one function through which every request to a service is sent, and which turns every bad answer into error
 * details. It never retries: only the caller knows whether that is safe. What it returns never rejects.
 *
 * @param errorSecrets beside the API key, such as the secret in a trigger's URL: masked in error details. Good answers keep
 * them, as a list of webhooks is compared by URL.
 * @param log takes a line of each request
 * @throws what n8n throws when the credential is missing or can't be read
 */
export async function createRequest(
	context: ApiContext,
	service: HttpService,
	clock: Clock = realClock,
	errorSecrets: readonly string[] = [],
	log = createRequestLog(context, service.name, clock),
): Promise<Request> {
	const { credentialType: type } = service;
	const credential = await context.getCredentials(type);
	const baseUrl = toBaseUrl(credential.baseUrl, service);
	const keys = [String(credential.apiKey ?? '')];
	const secrets = [...keys, ...errorSecrets];
	const stop =
		'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;

	const send = async (
		path: string,
		options: IHttpRequestOptions,
		action: string,
	): Promise<Exchange> => {
		const logResult = log.begin(redact(action, secrets));
		const sending = exchange(
			async (timeout, signal) =>
				await context.helpers.httpRequestWithAuthentication.call(
					withSignal(context, signal),
					type,
					{ ...options, url: `${baseUrl}${path}`, timeout },
					{
						// Else n8n would read it from its database and decrypt it for every request.
						credentialsDecrypted: { id: '', name: '', type, data: credential },
					},
				),
			clock,
			stop,
		);
		sending.then(
			(result) => logResult(result.kind === 'response' ? result.status : result.kind),
			(error) => logResult(networkCode(error) || 'not sent'),
		);
		return await sending;
	};

	const turns = new Turns(clock);
	/** Whether the address has answered as an API does in this execution. */
	let isKnownApi = false;
	let probe: Promise<boolean> | undefined;
	const isApi = async (): Promise<boolean> => {
		probe ??= send(service.probePath, toOptions('GET'), 'checking the API URL').then(
			(result) => result.kind !== 'response' || !isForeign(result, service.probeField),
			// Not reached says nothing about what is there.
			() => true,
		);
		return isKnownApi || (await probe);
	};

	const call = async <T>(
		request: Call,
		parse: (answer: unknown) => T | undefined,
	): Promise<Answer<T, ErrorDetails>> => {
		if (typeof baseUrl !== 'string') return { kind: 'rejected', error: baseUrl };
		const { method, path, query, body, action } = request;
		let options: IHttpRequestOptions;
		try {
			options = toOptions(method, query, body);
		} catch {
			return { kind: 'rejected', error: unserializableRequest(action) };
		}

		// A call that changes something may have been processed, whatever is wrong with the answer.
		const useless = method === 'GET' ? 'rejected' : 'indeterminate';
		try {
			const result = await send(path, options, action);
			if (result.kind === 'aborted') return { kind: 'aborted' };
			if (result.kind === 'timedOut') return networkAnswer('ETIMEDOUT', action, service);
			if (result.kind === 'oversized') {
				return { kind: useless, error: oversizedResponse(service, MAX_BODY_BYTES, action) };
			}
			await turns.take(result.text);
			if (isWebPage(result) && !(await isApi())) {
				return { kind: 'rejected', error: webPageResponse(service, action) };
			}
			const isGood = result.status < 300;
			const masks = isGood ? keys : secrets;
			const answer = toAnswer(result, request, service, masks, clock.now());
			const value = answer.kind === 'ok' ? parse(answer.value) : undefined;
			if (isGood && value === undefined && service.probeField && !(await isApi())) {
				return { kind: 'rejected', error: foreignResponse(service, action) };
			}
			if (answer.kind !== 'ok') return answer;
			if (value === undefined) {
				const error = unreadableResponse(service, result.status, action);
				return { kind: 'indeterminate', error };
			}
			isKnownApi = true;
			return isTooDeep(value)
				? { kind: useless, error: nestedResponse(service, MAX_DEPTH, action) }
				: { kind: 'ok', value };
		} catch (error) {
			if (stop?.aborted) return { kind: 'aborted' };
			const refusal = refusedByN8n(error, action);
			return refusal
				? { kind: 'rejected', error: refusal }
				: networkAnswer(networkCode(error), action, service);
		}
	};

	const request = async <T>(
		...args: Parameters<typeof call<T>>
	): Promise<Answer<T, ErrorDetails>> => {
		const answer = await call(...args);
		return 'error' in answer ? { ...answer, error: toShown(answer.error, secrets) } : answer;
	};
	return Object.assign(request, { account: accountOf(baseUrl, keys) });
}

/** Nobody can read the key from it. */
function accountOf(...parts: unknown[]): string {
	return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

/**
 * A context that n8n sends a request for until the signal is aborted: n8n replaces the signal of a request with that of
 * the context.
 */
function withSignal(context: ApiContext, signal: AbortSignal): ApiContext {
	return Object.create(context, {
		getExecutionCancelSignal: { value: () => signal },
	}) as ApiContext;
}

/** @throws if the body can't be turned into JSON */
function toOptions(
	method: Call['method'],
	query?: Call['query'],
	body?: Call['body'],
): IHttpRequestOptions {
	return {
		method,
		url: '',
		qs: query,
		headers: {
			accept: 'application/json',
			...(body && { 'content-type': 'application/json' }),
		},
		body: body && JSON.stringify(body),
		// Read here: n8n would read without limits, and a cut answer would seem to be a good one.
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
	};
}

/** Secrets are masked first and the rest is cut afterwards, so that no part of a secret stays. */
function toShown(error: ErrorDetails, secrets: readonly string[]): ErrorDetails {
	const shown = (text: string) => truncate(redact(text, secrets), MAX_MESSAGE_LENGTH);
	return { ...error, message: shown(error.message), description: shown(error.description) };
}
