import type { IHttpRequestOptions, ILoadOptionsFunctions } from 'n8n-workflow';
import { B3osApi } from '../credentials/B3osApi.credentials';
import { targetOf } from '../../test/fakes/copyAi/service';
import type { FakeService } from './fakes/b3os';

const BASE_URL = 'https://api.b3os.org';

/**
 * n8n's functions as far as a request needs them, wired to a fake without sockets.
 *
 * @param parameters the node's fields as they stand
 * @param latency is waited for before each answer
 */
export function contextOf(
	service: FakeService,
	parameters: Record<string, unknown> = {},
	latency: () => Promise<void> = async () => {},
): ILoadOptionsFunctions {
	const credential = { apiKey: service.settings.apiKey, baseUrl: BASE_URL };
	const { authenticate } = new B3osApi();
	const request = async (_: string, options: IHttpRequestOptions) => {
		const signed =
			typeof authenticate === 'function' ? await authenticate(credential, options) : options;
		const url = new URL(signed.url);
		for (const [name, value] of Object.entries(signed.qs ?? {})) {
			url.searchParams.set(name, String(value));
		}
		const answer = service.answer({
			method: signed.method ?? 'GET',
			...targetOf(url.href),
			headers: signed.headers as Record<string, string>,
			body: signed.body,
		});
		await latency();
		if (!('body' in answer)) {
			if (answer.fault === 'reset') throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
			return await new Promise(() => {});
		}
		if (answer.fault) throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
		return { statusCode: answer.status, headers: answer.headers, body: answer.body };
	};
	return {
		getCredentials: async () => credential,
		getNode: () => ({ name: 'B3OS', type: 'n8n-nodes-b3os.b3os', typeVersion: 1, parameters }),
		getCurrentNodeParameter: (name: string) => parameters[name],
		helpers: { httpRequestWithAuthentication: request },
	} as unknown as ILoadOptionsFunctions;
}
