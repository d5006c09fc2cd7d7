/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How long nothing may happen before time goes on: turns of the event loop, and after HTTP also real ms. */
const QUIET_TURNS = 4;
const QUIET_MS = 1;
/** The same while a request or an answer is on its way, real ms: one that never arrives must not stop time for good. */
const QUIET_ON_THE_WAY_MS = 1000;
/**
 * As much as one turn of the event loop counts for, real ms. A longer one says that this process was kept from working
 * (by other programs, by loading a module), not that nothing happened: what has arrived meanwhile is read next.
 */
const LONGEST_TURN_MS = 2;

// Jest replaces what tests see; these stay the real ones.
const realTime = process.hrtime.bigint;
const realTurn = setImmediate;
const now = () => Number(realTime()) / 1_000_000;

/** Requests to the system that are not answered yet, as Node names them: files, and names of hosts. */
const SYSTEM_REQUESTS = ['FSReqCallback', 'FSReqPromise', 'GetAddrInfoReqWrap'];

function isAskingTheSystem(): boolean {
	return process.getActiveResourcesInfo().some((name) => SYSTEM_REQUESTS.includes(name));
}

/** What goes over HTTP between servers and clients of this process. */
class Traffic {
	/** Sockets of clients, before their first request. */
	private readonly connecting = new Set<Socket>();
	/** Requests whose answer has not been read to its end. */
	private readonly asked = new Set<ClientRequest>();
	/** Those of them that have arrived whole at a server here, which has not answered to the end yet. */
	private readonly arrived = new Set<ServerResponse>();
	/** How often something of this began or ended. */
	private changes = 0;

	private readonly channels: Array<[string, (message: never) => void]> = [
		['net.client.socket', ({ socket }: { socket: Socket }) => this.connect(socket)],
		['http.client.request.start', ({ request }: { request: ClientRequest }) => this.ask(request)],
		['http.client.request.error', ({ request }: { request: ClientRequest }) => this.end(request)],
		[
			'http.client.response.finish',
			({ request, response }: { request: ClientRequest; response: IncomingMessage }) => {
				this.changes += 1;
				response.once('close', () => this.end(request));
			},
		],
		[
			'http.server.request.start',
			({ request, response }: { request: IncomingMessage; response: ServerResponse }) => {
				this.changes += 1;
				request.once('end', () => this.arrive(response));
			},
		],
	];

	private connect(socket: Socket): void {
		this.changes += 1;
		this.connecting.add(socket);
		for (const event of ['connect', 'close']) {
			socket.once(event, () => {
				this.changes += 1;
				this.connecting.delete(socket);
			});
		}
	}

	private ask(request: ClientRequest): void {
		this.changes += 1;
		this.asked.add(request);
	}

	private end(request: ClientRequest): void {
		this.changes += 1;
		this.asked.delete(request);
	}

	private arrive(response: ServerResponse): void {
		this.changes += 1;
		this.arrived.add(response);
		for (const event of ['finish', 'close']) {
			response.once(event, () => {
				this.changes += 1;
				this.arrived.delete(response);
			});
		}
	}

	/** Another number whenever something has happened: something began or ended, or bytes came in. */
	get progress(): number {
		const bytesRead = [...this.asked].map(({ socket }) => socket?.bytesRead ?? 0);
		return bytesRead.reduce((sum, bytes) => sum + bytes, this.changes);
	}

	get isOnTheWay(): boolean {
		const waiting = [...this.arrived].filter(({ writableLength }) => writableLength === 0);
		return this.asked.size > waiting.length || this.connecting.size > 0 || isAskingTheSystem();
	}

	listen(): void {
		for (const [name, handle] of this.channels) subscribe(name, handle as never);
	}

	stop(): void {
		for (const [name, handle] of this.channels) unsubscribe(name, handle as never);
	}
}

/**
 * Timers and dates of a test file that take no real time: whenever everything waits for a timer, and nothing is on its
 * way over HTTP, time jumps to the next one. An hour of waiting takes milliseconds, and work takes no time at all, so
 * that "within two seconds" means the same on a busy machine.
 *
 * Call it once at the top of the file, outside of any test. Servers and clients must be in this process.
 */
export function useVirtualTime(): void {
	const traffic = new Traffic();
	let isOn = false;
	let ended: Promise<void> = Promise.resolve();
	/** How long HTTP has been quiet: real ms in which this process worked. */
	let quietMs = Infinity;
	let seenProgress = 0;

	async function untilQuiet(): Promise<void> {
		let turns = 0;
		let turnedAt = now();
		while (isOn) {
			await new Promise((resolve) => realTurn(resolve));
			const tookMs = now() - turnedAt;
			turnedAt += tookMs;
			turns += 1;
			quietMs += Math.min(tookMs, LONGEST_TURN_MS);
			if (traffic.progress !== seenProgress) {
				seenProgress = traffic.progress;
				turns = 0;
				quietMs = 0;
			}
			const enough = traffic.isOnTheWay ? QUIET_ON_THE_WAY_MS : QUIET_MS;
			if (turns >= QUIET_TURNS && quietMs >= enough) return;
		}
	}

	async function passTime(): Promise<void> {
		while (isOn) {
			await untilQuiet();
			if (isOn) jest.advanceTimersToNextTimer();
		}
	}

	beforeAll(() => {
		jest.useFakeTimers({
			doNotFake: ['setImmediate', 'clearImmediate', 'nextTick', 'queueMicrotask'],
		});
		useNodesDelays();
		traffic.listen();
		isOn = true;
		ended = passTime();
	});

	afterAll(async () => {
		isOn = false;
		await ended;
		traffic.stop();
		jest.useRealTimers();
	});
}

/** Jest's timers take half a millisecond for none, so that who waits for a fraction waits for ever. Node's take one. */
function useNodesDelays(): void {
	const { setTimeout: jestsTimeout } = globalThis;
	globalThis.setTimeout = ((act: () => void, ms?: number, ...rest: []) =>
		jestsTimeout(act, Math.max(1, ms ?? 1), ...rest)) as typeof setTimeout;
}
