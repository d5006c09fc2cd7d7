import type { IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import type { ApiContext } from '../../../nodes/shared/http';
import { type Answer, type FakeService, targetOf } from '../../fakes/copyAi';
import type { VirtualClock } from '../../unit/runs/virtualClock';

/** Time a call takes, ms. */
const LATENCY_MS = 50;

/**
 * As much of n8n as the middle floor asks for: the credential, and the helper that sends. Requests go to the fake
 * service in this process, on the given clock, and come back as n8n's helper would give them.
 */
export function faultContext(service: FakeService, clock: VirtualClock): ApiContext {
	const send = async (
		_credential: string,
		{ method = 'GET', url, qs, body }: IHttpRequestOptions,
	): Promise<IN8nHttpFullResponse> => {
		const { path, query } = targetOf(url);
		for (const [name, value] of Object.entries(qs ?? {})) query[name] = String(value);
		await clock.sleep(LATENCY_MS / 2);
		const headers = { 'x-copy-ai-api-key': service.settings.apiKey };
		const answer = service.answer({ method, path, query, headers, body });
		await clock.sleep(LATENCY_MS / 2);
		return await received(answer, clock, service.settings.dripMs);
	};
	const context = {
		getCredentials: async () => ({ apiKey: service.settings.apiKey, baseUrl: '' }),
		helpers: { httpRequestWithAuthentication: send },
	};
	return context as unknown as ApiContext;
}

/** @throws an error with the network's code where no whole answer arrives */
async function received(
	answer: Answer,
	clock: VirtualClock,
	dripMs: number,
): Promise<IN8nHttpFullResponse> {
	switch (answer.fault) {
		case 'reset':
			throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
		case 'cut':
			throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
		case 'silent':
			return await new Promise(() => {});
		case 'drip':
			await clock.sleep(answer.body.length * dripMs);
			break;
		default:
	}
	const { status: statusCode, headers, body } = answer;
	return { statusCode, headers, body };
}
