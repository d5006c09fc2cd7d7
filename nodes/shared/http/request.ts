import type { IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import type { Answer, Clock } from '../../runs';
import { toBaseUrl } from './baseUrl';
import { clock as realClock } from './clock';
import { type ErrorDetails, unreadableResponse } from './errorDetails';
import { networkAnswer, networkCode } from './networkErrors';
import { toAnswer } from './response';
import type { ApiContext, Call, HttpService, Request } from './types';

/** How long one call may take, ms. Bounds slow answers too, which n8n's own limit does not. */
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * The one function through which every request to a service is sent, and which turns every bad answer into error
 * details. It never retries: only the caller knows whether that is safe.
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
		const answer = await withTimeout(
			context.helpers.httpRequestWithAuthentication.call(context, type, toOptions(baseUrl, call), {
				// Else n8n would read it from its database and decrypt it for every request.
				credentialsDecrypted: { id: '', name: '', type, data: credential },
			}),
			clock,
		).then(
			(response: IN8nHttpFullResponse | undefined) =>
				response
					? toAnswer(response, call, service, clock.now())
					: networkAnswer('ETIMEDOUT', call.action, service),
			(error: unknown) => networkAnswer(networkCode(error), call.action, service),
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

function toOptions(baseUrl: string, { method, path, query, body }: Call): IHttpRequestOptions {
	const options: IHttpRequestOptions = {
		method,
		url: `${baseUrl}${path}`,
		qs: query,
		headers: { accept: 'application/json' },
		// As text both ways: read by n8n, a cut answer would seem to be a good one.
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
	return options;
}

/** @returns undefined when the limit has passed */
async function withTimeout<T>(response: Promise<T>, clock: Clock): Promise<T | undefined> {
	const answered = new AbortController();
	const limit = clock.sleep(REQUEST_TIMEOUT_MS, answered.signal).then(() => undefined);
	return await Promise.race([response, limit]).finally(() => answered.abort());
}

function redact(error: ErrorDetails, secret: string): ErrorDetails {
	const clean = (text: string) => (secret.length > 3 ? text.replaceAll(secret, '***') : text);
	return { ...error, message: clean(error.message), description: clean(error.description) };
}
