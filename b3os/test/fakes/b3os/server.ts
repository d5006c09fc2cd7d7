/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Answer } from '../../../../test/fakes/copyAi/answers';
import { targetOf } from '../../../../test/fakes/copyAi/service';
import type { RunSeed } from './runs';
import { FakeService } from './service';
import type { SettingsPatch } from './settings';

const CONTROL_PREFIX = '/__fake/';

/** A running fake. */
export interface FakeB3os {
	/** `http://127.0.0.1:PORT`: what goes into the credential's API URL, and below which `/__fake/` lies. */
	readonly url: string;
	/** The same service without sockets: runs, requests, counts, settings. */
	readonly service: FakeService;
	/** Most API requests under way at once. */
	readonly maxInFlight: number;
	/** Everything that happened is forgotten; settings are those of the start. */
	reset(): void;
	/** Ends at once: open sockets are destroyed. */
	close(): Promise<void>;
}

/** What `/__fake/` offers other processes, by method and last part of the path; each takes the JSON body. */
const actions: Record<string, ((fake: FakeB3os, body: unknown) => unknown) | undefined> = {
	'GET settings': ({ service }) => service.settings,
	'PUT settings': ({ service }, body) => {
		service.set(body as SettingsPatch);
		return service.settings;
	},
	'POST reset': (fake) => {
		fake.reset();
		return {};
	},
	'GET state': ({ service, maxInFlight }) => ({
		counts: service.counts,
		runs: service.runs.length,
		maxInFlight,
	}),
	'GET runs': ({ service }) => service.runs,
	'GET requests': ({ service }) => service.requests,
	'POST seed': ({ service }, body) => service.seedRuns(body as RunSeed[]),
};

/**
 * @param port default: any free one
 * @param host default 127.0.0.1
 */
export async function startFakeB3os(
	settings: SettingsPatch = {},
	{ port = 0, host = '127.0.0.1' }: { port?: number; host?: string } = {},
): Promise<FakeB3os> {
	const service = new FakeService(settings);
	let inFlight = 0;
	let maxInFlight = 0;

	const server = createServer((request, response) => {
		serve(request, response).catch((error: unknown) => {
			// The client went away, or the fake itself is broken, which must not look like a fault of the API.
			if (!response.headersSent) response.writeHead(599, { 'content-type': 'text/plain' });
			response.end(String(error));
		});
	});

	async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const { path, query } = targetOf(request.url ?? '/');
		const { method = 'GET', headers } = request;
		const chunks: Buffer[] = [];
		if (path.startsWith(CONTROL_PREFIX)) {
			for await (const chunk of request) chunks.push(chunk as Buffer);
			const text = Buffer.concat(chunks).toString('utf8');
			const action = actions[`${method} ${path.slice(CONTROL_PREFIX.length)}`];
			const made = action
				? action(fake, text === '' ? {} : JSON.parse(text))
				: Object.keys(actions);
			response.writeHead(action ? 200 : 404, { 'content-type': 'application/json' });
			response.end(JSON.stringify(made));
			return;
		}
		maxInFlight = Math.max(maxInFlight, ++inFlight);
		response.once('close', () => inFlight--);
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const body = Buffer.concat(chunks).toString('utf8');
		const answer = service.answer({ method, path, query, headers, body });
		const { latencyMs } = service.settings;
		if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
		send(answer, response);
	}

	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, host, resolve);
	});
	const fake: FakeB3os = {
		url: `http://${host}:${(server.address() as AddressInfo).port}`,
		service,
		get maxInFlight() {
			return maxInFlight;
		},
		reset() {
			service.reset();
			maxInFlight = inFlight;
		},
		async close() {
			const closed = new Promise((resolve) => server.close(resolve));
			server.closeAllConnections();
			await closed;
		},
	};
	return fake;
}

function send(answer: Answer, response: ServerResponse): void {
	if (!('body' in answer)) {
		if (answer.fault === 'reset') response.socket?.resetAndDestroy();
		return;
	}
	const body = Buffer.from(answer.body);
	response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
	if (answer.fault === undefined) response.end(body);
	else response.write(body.subarray(0, body.length >> 1), () => response.destroy());
}
