/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Answer } from './answers';
import { control, CONTROL_PREFIX, type ControlActions } from './control';
import { type ServiceRequest, targetOf } from './requests';

export interface ListenOptions {
	/** Default: any free port. */
	port?: number;
	/** Default 127.0.0.1. */
	host?: string;
}

/** A service without sockets and timers, as the server hands requests to it. */
export interface Answering {
	answer(request: ServiceRequest): Answer;
	readonly settings: Readonly<{ latencyMs: number; dripMs: number }>;
}

/** A running server. Only requests to the service count, not those to `/__fake/`. */
export interface FakeServer {
	/** `http://127.0.0.1:PORT` */
	readonly origin: string;
	readonly port: number;
	/** Most requests under way at once. */
	readonly maxInFlight: number;
	/** Sockets over which requests came. */
	readonly connections: number;
	/** Those of them that are open now. */
	readonly openConnections: number;
	/** Counts anew. */
	reset(): void;
	/** Ends at once: open sockets are destroyed. */
	close(): Promise<void>;
}

/** Puts a service on a port, with `/__fake/` beside it. */
export async function listen(
	service: Answering,
	actions: ControlActions,
	{ port = 0, host = '127.0.0.1' }: ListenOptions = {},
): Promise<FakeServer> {
	const traffic = new Traffic();
	const server = createServer((request, response) => {
		serve(service, actions, traffic, request, response).catch((error: unknown) => {
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
	return {
		origin: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
		port: address.port,
		get maxInFlight() {
			return traffic.maxInFlight;
		},
		get connections() {
			return traffic.connections;
		},
		get openConnections() {
			return traffic.open.size;
		},
		reset: () => traffic.reset(),
		async close() {
			const closed = new Promise((resolve) => server.close(resolve));
			server.closeAllConnections();
			await closed;
			// Clients in this process learn of it in the next turns: they are to be done, too, when this returns.
			for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
		},
	};
}

/** Counts requests and sockets. */
class Traffic {
	readonly open = new Set<Socket>();
	private seen = new WeakSet<Socket>();
	private inFlight = 0;
	connections = 0;
	maxInFlight = 0;

	enter({ socket }: IncomingMessage, response: ServerResponse): void {
		if (!this.seen.has(socket)) {
			this.seen.add(socket);
			this.connections += 1;
		}
		if (!this.open.has(socket)) {
			this.open.add(socket);
			socket.once('close', () => this.open.delete(socket));
		}
		this.inFlight += 1;
		this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
		response.once('close', () => (this.inFlight -= 1));
	}

	reset(): void {
		this.seen = new WeakSet();
		this.connections = 0;
		this.maxInFlight = this.inFlight;
	}
}

async function serve(
	service: Answering,
	actions: ControlActions,
	traffic: Traffic,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	const { path, query } = targetOf(request.url ?? '/');
	const { method = 'GET', headers } = request;
	if (path.startsWith(CONTROL_PREFIX)) {
		const { status, body } = await control(actions, { method, path, body: await textOf(request) });
		const type = status === 200 ? 'application/json' : 'text/plain';
		response.writeHead(status, { 'content-type': `${type}; charset=utf-8` }).end(body);
		return;
	}
	traffic.enter(request, response);
	const body = await textOf(request);
	const answer = service.answer({
		method,
		path,
		query,
		headers,
		body: body === '' ? undefined : body,
	});
	const { latencyMs, dripMs } = service.settings;
	if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
	send(answer, response, dripMs);
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
