import { listen, type ListenOptions } from '../core';
import { controlActions } from './control';
import type { Delivery } from './deliveries';
import { Deliverer } from './deliveries';
import type { RunRecord, RunSeed } from './runs';
import type { Counts, FakeService, LoggedRequest } from './service';
import { createService } from './service';
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

export interface FakeOptions extends ListenOptions {
	/** Clock of runs and rules, ms. Latency and timers of deliveries run on real time. */
	now?: () => number;
}

export async function startFakeCopyAi(
	settings: SettingsPatch = {},
	{ now, ...options }: FakeOptions = {},
): Promise<FakeCopyAi> {
	const service = createService(settings, {
		now,
		onRun: (run) => deliverer.runStarted(run),
		onWebhook: (webhook) => deliverer.webhookMade(webhook),
	});
	const deliverer = new Deliverer(service);
	const fake: FakeCopyAi = {
		get url() {
			return `${server.origin}/api`;
		},
		get origin() {
			return server.origin;
		},
		get port() {
			return server.port;
		},
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
			return server.maxInFlight;
		},
		get connections() {
			return server.connections;
		},
		get openConnections() {
			return server.openConnections;
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
			server.reset();
		},
		async deliver(to, event, run, overrides) {
			const about = typeof run === 'string' ? (service.findRun(run) ?? run) : run;
			if (to !== 'all') {
				const webhook = service.webhooks.find(({ id }) => id === to);
				return await deliverer.deliver(webhook ?? to, event, about, overrides);
			}
			const targets = service.webhooks.filter((webhook) =>
				typeof about === 'object'
					? wants(webhook, event, about.workflowId)
					: webhook.eventType === event,
			);
			const statuses = await Promise.all(
				targets.map(async (webhook) => await deliverer.deliver(webhook, event, about, overrides)),
			);
			return statuses.at(-1) ?? 0;
		},
		async close() {
			deliverer.stop();
			await server.close();
		},
	};
	const server = await listen(service, controlActions(fake), options);
	return fake;
}
