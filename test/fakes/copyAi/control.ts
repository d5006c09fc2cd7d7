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

/** What `/__fake/` offers, by method and last part of the path; each takes the JSON body. */
const actions: Record<string, (fake: FakeCopyAi, body: unknown) => unknown> = {
	'GET settings': (fake) => fake.settings,
	'PUT settings': (fake, body) => {
		fake.set(body as SettingsPatch);
		return fake.settings;
	},
	'POST reset': (fake) => {
		fake.reset();
		return {};
	},
	'GET state': (fake) => ({
		counts: fake.counts,
		runs: fake.runs.length,
		runsByKey: Object.fromEntries(fake.runsByKey()),
		connections: fake.connections,
		openConnections: fake.openConnections,
		maxInFlight: fake.maxInFlight,
		lastRunEnd: fake.lastRunEnd(),
		webhooks: fake.webhooks,
	}),
	'GET runs': (fake) => fake.runs,
	'GET requests': (fake) => fake.requests,
	'GET deliveries': (fake) => fake.deliveries,
	'POST seed': (fake, body) => fake.seedRuns(body as RunSeed[]),
	'POST deliver': async (fake, body) => {
		const { to = 'all', event, run, overrides } = body as DeliverOrder;
		return { status: await fake.deliver(to, event, run, overrides) };
	},
};

export const CONTROL_PREFIX = '/__fake/';

/** For other processes: reads and changes the fake over HTTP, without a key. Errors come as text. */
export async function control(
	fake: FakeCopyAi,
	request: { method: string; path: string; body: string },
): Promise<{ status: number; body: string }> {
	const action = actions[`${request.method} ${request.path.slice(CONTROL_PREFIX.length)}`];
	if (!action) {
		return { status: 404, body: `There is only:\n${Object.keys(actions).join('\n')}\n` };
	}
	try {
		const body: unknown = request.body === '' ? {} : JSON.parse(request.body);
		return { status: 200, body: JSON.stringify(await action(fake, body)) };
	} catch (error) {
		return { status: 400, body: `${String(error)}\n` };
	}
}
