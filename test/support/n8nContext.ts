import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IDataObject,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';
import { type Answer, type ServiceRequest, targetOf } from '../fakes/core';

/** Sends a signed request, and gives what n8n's helper gives. */
export type Send = (request: IHttpRequestOptions) => Promise<IN8nHttpFullResponse>;

interface Setup {
	/** What n8n has stored for the credential. */
	credential: ICredentialDataDecryptedObject;
	/** The package's class of that credential: it signs requests. */
	type: ICredentialType;
	send: Send;
	/** What the node's fields hold. */
	parameters?: IDataObject;
	/** Of the node. */
	nodeType?: string;
}

/**
 * As much of n8n's contexts as a node asks for outside of an execution: its credential, its fields, and the helper that
 * signs and sends.
 */
export function n8nContext({
	credential,
	type,
	send,
	parameters = {},
	nodeType = type.name,
}: Setup): ILoadOptionsFunctions {
	const { authenticate, displayName } = type;
	const httpRequestWithAuthentication = async (_: string, request: IHttpRequestOptions) =>
		await send(
			typeof authenticate === 'function' ? await authenticate(credential, request) : request,
		);
	return {
		getCredentials: async () => credential,
		getNode: () => ({ name: displayName, type: nodeType, typeVersion: 1, parameters }),
		getTimezone: () => 'Europe/Berlin',
		getCurrentNodeParameter: (parameter: string) => parameters[parameter],
		helpers: { httpRequestWithAuthentication },
	} as unknown as ILoadOptionsFunctions;
}

/** A fake service, as far as it needs no sockets. */
interface Answering {
	answer(request: ServiceRequest): Answer;
	readonly settings: Readonly<{ dripMs: number }>;
}

/** The time that calls take, ms there and back, and how it passes. */
export interface Passing {
	latencyMs: number;
	sleep(ms: number): Promise<void>;
}

const NO_TIME: Passing = { latencyMs: 0, sleep: async () => {} };

/** Sends to a fake service in this process. A dripping answer takes its time, too. */
export function inProcess(service: Answering, { latencyMs, sleep } = NO_TIME): Send {
	return async (request) => {
		await sleep(latencyMs / 2);
		const answer = service.answer({
			method: request.method ?? 'GET',
			...targetOf(addressOf(request)),
			headers: request.headers as Record<string, string>,
			body: request.body,
		});
		await sleep(latencyMs / 2);
		switch (answer.fault) {
			case 'silent':
				return await new Promise(() => {});
			case 'reset':
			case 'cut':
				throw Object.assign(new Error(answer.fault), { code: 'ECONNRESET' });
			case 'drip':
				await sleep(answer.body.length * service.settings.dripMs);
				break;
			default:
		}
		const { status: statusCode, headers, body } = answer;
		return { statusCode, headers, body };
	};
}

function addressOf({ url, qs }: IHttpRequestOptions): string {
	const address = new URL(url);
	for (const [name, value] of Object.entries(qs ?? {})) {
		address.searchParams.set(name, String(value));
	}
	return address.href;
}
