import type { ControlActions } from '../core';
import type { RunSeed } from './runs';
import type { FakeCopyAi } from './server';
import type { SettingsPatch } from './settings';
import type { WebhookEvent } from './webhooks';

interface DeliverOrder {
	to?: string;
	event: WebhookEvent;
	run?: string;
	overrides?: Record<string, unknown>;
}

/** What `/__fake/` offers for this fake. */
export function controlActions(fake: FakeCopyAi): ControlActions {
	return {
		'GET settings': () => fake.settings,
		'PUT settings': (body) => {
			fake.set(body as SettingsPatch);
			return fake.settings;
		},
		'POST reset': () => {
			fake.reset();
			return {};
		},
		'GET state': () => ({
			counts: fake.counts,
			runs: fake.runs.length,
			runsByKey: Object.fromEntries(fake.runsByKey()),
			connections: fake.connections,
			openConnections: fake.openConnections,
			maxInFlight: fake.maxInFlight,
			lastRunEnd: fake.lastRunEnd(),
			webhooks: fake.webhooks,
		}),
		'GET runs': () => fake.runs,
		'GET requests': () => fake.requests,
		'GET deliveries': () => fake.deliveries,
		'POST seed': (body) => fake.seedRuns(body as RunSeed[]),
		'POST deliver': async (body) => {
			const { to = 'all', event, run, overrides } = body as DeliverOrder;
			return { status: await fake.deliver(to, event, run, overrides) };
		},
	};
}
