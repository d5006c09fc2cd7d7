import type {
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	INode,
	INodeParameters,
} from 'n8n-workflow';
import type { FakeCopyAi } from '../../fakes/copyAi';

/** What the editor has when it asks for lists and fields: the parameters as they stand, and the credential. */
export function editorContext(
	fake: FakeCopyAi,
	parameters: INodeParameters,
	apiKey = fake.settings.apiKey,
): ILoadOptionsFunctions {
	const httpRequestWithAuthentication = async (
		_: string,
		{ url, qs, method }: IHttpRequestOptions,
	) => {
		const query = new URLSearchParams(
			Object.entries(qs ?? {}).map(([name, value]): [string, string] => [name, String(value)]),
		);
		const response = await fetch(`${url}?${query}`, {
			method,
			redirect: 'manual',
			headers: { 'x-copy-ai-api-key': apiKey },
		});
		return {
			statusCode: response.status,
			headers: Object.fromEntries(response.headers),
			body: await response.text(),
		};
	};
	return {
		getCurrentNodeParameter: (name: string) => parameters[name],
		getNode: () => ({ name: 'Copy.ai', type: 'copyAi', typeVersion: 1 }) as INode,
		getCredentials: async () => ({ apiKey, baseUrl: fake.url }),
		helpers: { httpRequestWithAuthentication },
	} as unknown as ILoadOptionsFunctions;
}

/** The workflow as its field holds it. */
export function byId(value: string) {
	return { workflowId: { __rl: true, mode: 'id', value } };
}
