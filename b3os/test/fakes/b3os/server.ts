import { type ControlActions, listen, type ListenOptions } from '../../../../test/fakes/core';
import type { RunSeed } from './runs';
import { FakeService } from './service';
import type { SettingsPatch } from './settings';

/** A running fake. */
export interface FakeB3os {
	/** `http://127.0.0.1:PORT`: what goes into the credential's API URL, and below which `/__fake/` lies. */
	readonly url: string;
	/** The same. */
	readonly origin: string;
	/** The same service without sockets: runs, requests, counts, settings. */
	readonly service: FakeService;
	/** Most API requests under way at once. */
	readonly maxInFlight: number;
	/** Everything that happened is forgotten; settings are those of the start. */
	reset(): void;
	/** Ends at once: open sockets are destroyed. */
	close(): Promise<void>;
}

/** What `/__fake/` offers for this fake. */
function controlActions(fake: FakeB3os): ControlActions {
	const { service } = fake;
	return {
		'GET settings': () => service.settings,
		'PUT settings': (body) => {
			service.set(body as SettingsPatch);
			return service.settings;
		},
		'POST reset': () => {
			fake.reset();
			return {};
		},
		'GET state': () => ({
			counts: service.counts,
			runs: service.runs.length,
			maxInFlight: fake.maxInFlight,
		}),
		'GET runs': () => service.runs,
		'GET requests': () => service.requests,
		'POST seed': (body) => service.seedRuns(body as RunSeed[]),
	};
}

/** Starts it; ends with `close`. */
export async function startFakeB3os(
	settings: SettingsPatch = {},
	options: ListenOptions = {},
): Promise<FakeB3os> {
	const service = new FakeService(settings);
	const fake: FakeB3os = {
		get url() {
			return server.origin;
		},
		get origin() {
			return server.origin;
		},
		service,
		get maxInFlight() {
			return server.maxInFlight;
		},
		reset() {
			service.reset();
			server.reset();
		},
		close: async () => await server.close(),
	};
	const server = await listen(service, controlActions(fake), options);
	return fake;
}
