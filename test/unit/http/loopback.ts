/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Server as TcpServer, Socket } from 'node:net';
import type { IExecuteFunctions, IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import type { Clock, MonotonicTime } from '../../../nodes/runs';
import type { ApiContext } from '../../../nodes/shared/http';

/** As much of axios as n8n's helper uses. */
type Axios = (
	config: Record<string, unknown>,
) => Promise<{ data: unknown; headers: Record<string, string>; status: number }>;

// The one that n8n-core uses: others may be installed beside it.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const axios = require(require.resolve('axios', { paths: [require.resolve('n8n-core')] })) as Axios;

/** A server on loopback. */
export interface Loopback {
	url: string;
	/** Connections that are open. */
	open(): Promise<number>;
	close(): Promise<void>;
}

export async function listen(server: TcpServer, scheme = 'http'): Promise<Loopback> {
	const sockets = new Set<Socket>();
	server.on('connection', (socket: Socket) => {
		sockets.add(socket);
		socket.on('close', () => sockets.delete(socket));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/api`,
		open: async () =>
			await new Promise((resolve) => server.getConnections((_, count) => resolve(count))),
		close: async () => {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** A server on loopback that answers everything like this. */
export async function serve(answer: RequestListener): Promise<Loopback> {
	return await listen(createServer(answer));
}

/** A node's context whose requests are sent as n8n's helper sends them. */
export function contextFor(
	baseUrl: string,
	signal?: AbortSignal,
	apiKey = 'marked-key-0123',
): ApiContext {
	async function send(
		this: IExecuteFunctions,
		_type: string,
		{ url, method, headers, body, qs, encoding, timeout }: IHttpRequestOptions,
	): Promise<IN8nHttpFullResponse> {
		const {
			data,
			headers: answered,
			status,
		} = await axios({
			url,
			method,
			headers,
			data: body,
			params: qs,
			timeout,
			// n8n replaces the signal of a request.
			signal: this.getExecutionCancelSignal(),
			responseType: encoding,
			maxRedirects: 0,
			maxBodyLength: Infinity,
			maxContentLength: Infinity,
			proxy: false,
			validateStatus: () => true,
		});

		return { body: data as never, headers: answered, statusCode: status };
	}
	return {
		getCredentials: async () => ({ apiKey, baseUrl }),
		getExecutionCancelSignal: () => signal,
		helpers: { httpRequestWithAuthentication: send },
	} as unknown as ApiContext;
}

/** A clock on which the time limit of a call passes when the test says so. */
export class ManualClock implements Clock {
	private readonly ends = new Set<() => void>();

	readonly now = (): number => Date.UTC(2026, 0, 1);

	readonly monotonicNow = (): MonotonicTime => 0 as MonotonicTime;

	readonly random = (): number => 0.5;

	readonly sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
		// Nothing but a turn of the event loop.
		if (signal?.aborted || ms === 0) return;
		await new Promise<void>((resolve) => {
			this.ends.add(resolve);
			signal?.addEventListener('abort', () => resolve(), { once: true });
		});
	};

	/** All sleeps end. */
	pass(): void {
		for (const end of this.ends) end();
		this.ends.clear();
	}
}
