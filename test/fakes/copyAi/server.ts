/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import type { Answer } from './answers';
import { control, CONTROL_PREFIX } from './control';
import type { Delivery } from './deliveries';
import { Deliverer } from './deliveries';
import type { RunRecord, RunSeed } from './runs';
import type { Counts, FakeService, LoggedRequest } from './service';
import { createService, targetOf } from './service';
import type { FakeSettings, SettingsPatch } from './settings';
import type { Webhook, WebhookEvent } from './webhooks';
import { wants } from './webhooks';

/** A running fake. Times are ms of its clock. */
export interface FakeCopyAi {
	/** `http://127.0.0.1:PORT/api`: what goes into the credential's base URL. */
	readonly url: string;
	/** `http://127.0.0.1:PORT`, below which `/__fake/` lies. */
	readonly origin: string;
	readonly port: number;
	/** The same service without sockets. */
	readonly service: FakeService;
	readonly settings: Readonly<FakeSettings>;
	/** Merges; counters of rules that changed start anew. A misspelt name throws. */
	set(patch: SettingsPatch): void;
	/** Everything that happened is forgotten, pending deliveries too; settings are those of the start. */
	reset(): void;
	/** Ends at once: open sockets are destroyed, pending deliveries never sent. */
	close(): Promise<void>;
	/** Every run, oldest first. */
	readonly runs: readonly RunRecord[];
	/** Number of runs by metadata.n8nStartKey. */
	runsByKey(): Map<string, number>;
	/** When the last of the runs that end ends; 0 without any. */
	lastRunEnd(): number;
	readonly webhooks: Webhook[];
	/** API requests, oldest first; the last 1,000 with their bodies. */
	readonly requests: readonly LoggedRequest[];
	readonly counts: Readonly<Counts>;
	/** Most API requests under way at once. */
	readonly maxInFlight: number;
	/** Sockets over which API requests came. */
	readonly connections: number;
	/** Those of them that are open now. */
	readonly openConnections: number;
	seedRuns(seeds: RunSeed[]): RunRecord[];
	/**
	 * Sends one delivery by hand, past settings.deliveries.
	 * @param to id of a webhook, `all` for every one that wants the event, or an address
	 * @param run the run or its id; an id that the service does not know makes a forged delivery
	 * @param overrides put into the payload last
	 * @returns what the receiver answered; 0 if nothing; for `all` the last one's
	 */
	deliver(
		to: string,
		event: WebhookEvent,
		run?: RunRecord | string,
		overrides?: Record<string, unknown>,
	): Promise<number>;
	/** Deliveries in the order in which they were sent or lost. */
	readonly deliveries: readonly Delivery[];
}

export interface FakeOptions {
	/** Default: any free port. */
	port?: number;
	/** Default 127.0.0.1. */
	host?: string;
	/** Clock of runs and rules, ms. Latency and timers of deliveries run on real time. */
	now?: () => number;
}

export async function startFakeCopyAi(
	settings: SettingsPatch = {},
	{ port = 0, host = '127.0.0.1', now }: FakeOptions = {},
): Promise<FakeCopyAi> {
	const service = createService(settings, {
		now,
		onRun: (run) => deliverer.runStarted(run),
		onWebhook: (webhook) => deliverer.webhookMade(webhook),
	});
	const deliverer = new Deliverer(service);
	let seenSockets = new WeakSet<Socket>();
	let connections = 0;
	const open = new Set<Socket>();
	let inFlight = 0;
	let maxInFlight = 0;

	async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const { path, query } = targetOf(request.url ?? '/');
		const method = request.method ?? 'GET';
		if (path.startsWith(CONTROL_PREFIX)) {
			const { status, body } = await control(fake, { method, path, body: await textOf(request) });
			const type = status === 200 ? 'application/json' : 'text/plain';
			response.writeHead(status, { 'content-type': `${type}; charset=utf-8` }).end(body);
			return;
		}

		if (!seenSockets.has(request.socket)) {
			seenSockets.add(request.socket);
			connections += 1;
		}
		if (!open.has(request.socket)) {
			open.add(request.socket);
			request.socket.once('close', () => open.delete(request.socket));
		}
		inFlight += 1;
		maxInFlight = Math.max(maxInFlight, inFlight);
		response.once('close', () => (inFlight -= 1));

		const body = await textOf(request);
		const answer = service.answer({
			method,
			path,
			query,
			headers: request.headers,
			body: body === '' ? undefined : body,
		});
		const { latencyMs, dripMs } = service.settings;
		if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
		send(answer, response, dripMs);
	}

	const server = createServer((request, response) => {
		serve(request, response).catch((error: unknown) => {
			// The client went away, or the fake itself is broken, which must not look like a fault of the API.
			if (!response.headersSent) response.writeHead(599, { 'content-type': 'text/plain' });
			response.end(String(error));
		});
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, host, resolve);
	});
	const address = server.address() as AddressInfo;
	const origin = `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;

	const fake: FakeCopyAi = {
		url: `${origin}/api`,
		origin,
		port: address.port,
		service,
		get settings() {
			return service.settings;
		},
		get runs() {
			return service.runs;
		},
		get webhooks() {
			return service.webhooks;
		},
		get requests() {
			return service.requests;
		},
		get counts() {
			return service.counts;
		},
		get maxInFlight() {
			return maxInFlight;
		},
		get connections() {
			return connections;
		},
		get openConnections() {
			return open.size;
		},
		get deliveries() {
			return deliverer.log;
		},
		set: (patch) => service.set(patch),
		runsByKey: () => service.runsByKey(),
		lastRunEnd: () => service.lastRunEnd(),
		seedRuns: (seeds) => service.seedRuns(seeds),
		reset() {
			service.reset();
			deliverer.stop();
			seenSockets = new WeakSet();
			connections = 0;
			maxInFlight = inFlight;
		},
		async deliver(to, event, run, overrides) {
			const subject = typeof run === 'string' ? (service.findRun(run) ?? run) : run;
			if (to !== 'all') {
				const webhook = service.webhooks.find(({ id }) => id === to);
				return await deliverer.deliver(webhook ?? to, event, subject, overrides);
			}
			const targets = service.webhooks.filter((webhook) =>
				typeof subject === 'object'
					? wants(webhook, event, subject.workflowId)
					: webhook.eventType === event,
			);
			const statuses = await Promise.all(
				targets.map(async (webhook) => await deliverer.deliver(webhook, event, subject, overrides)),
			);
			return statuses.at(-1) ?? 0;
		},
		async close() {
			deliverer.stop();
			const closed = new Promise((resolve) => server.close(resolve));
			server.closeAllConnections();
			await closed;
		},
	};
	return fake;
}

function send(answer: Answer, response: ServerResponse, dripMs: number): void {
	if (!('body' in answer)) {
		if (answer.fault === 'reset') response.socket?.resetAndDestroy();
		return;
	}
	const body = Buffer.from(answer.body);
	response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
	if (answer.fault === 'cut') {
		response.write(body.subarray(0, body.length >> 1), () => response.destroy());
	} else if (answer.fault === 'drip') {
		drip(body, response, dripMs);
	} else {
		response.end(body);
	}
}

function drip(body: Buffer, response: ServerResponse, dripMs: number): void {
	let sent = 0;
	response.flushHeaders();
	const timer = setInterval(() => {
		response.write(body.subarray(sent, sent + 1));
		sent += 1;
		if (sent >= body.length) response.end();
	}, dripMs);
	response.once('close', () => clearInterval(timer));
}

async function textOf(request: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks).toString('utf8');
}
