/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
/** The fake Copy.ai as a program of its own, so that its work is not counted as anyone else's. */
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { signalGroup, startOwned } from '../../../scripts/n8n/processes';
import type {
	Counts,
	LoggedRequest,
	RunRecord,
	RunSeed,
	SettingsPatch,
	Webhook,
	WebhookEvent,
} from '../../fakes/copyAi';

/** What the service saw since the last reset. */
export interface ServiceState {
	counts: Counts;
	runs: number;
	connections: number;
	/** Those of them that are open now. */
	openConnections: number;
	maxInFlight: number;
	/** When the last run ends, ms since 1970. */
	lastRunEnd: number;
	webhooks: Webhook[];
}

export interface FakeService {
	/** For the credential. */
	url: string;
	apiKey: string;
	/** Forgets everything that happened, then changes settings from those it was started with. */
	reset(settings?: SettingsPatch): Promise<void>;
	state(): Promise<ServiceState>;
	runs(): Promise<RunRecord[]>;
	/** Oldest first. */
	requests(): Promise<LoggedRequest[]>;
	/** Puts past runs in. */
	seed(runs: RunSeed[]): Promise<RunRecord[]>;
	/** Sends one event of a run to an address, or to `all` webhooks that want it. @returns what was answered; 0 if nothing */
	deliver(to: string, event: WebhookEvent, run: string): Promise<number>;
	close(): void;
}

const root = resolve(__dirname, '../../..');
const apiKey = 'bench-key-1';

/** @param settings for the whole time */
export async function startService(settings: SettingsPatch): Promise<FakeService> {
	const child = startOwned(
		process.execPath,
		[
			...['--import', 'tsx', join(root, 'test', 'fakes', 'copyAi', 'main.ts')],
			...['--port', '0', '--settings', JSON.stringify({ ...settings, apiKey })],
		],
		{ cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
	);
	const ended = once(child, 'exit').then(() => {
		throw new Error('The fake service ended before it was ready');
	});
	const url = await Promise.race([addressIn(child.stdout!), ended]);

	const control = async <T>(method: string, action: string, body?: unknown): Promise<T> => {
		const response = await fetch(new URL(`/__fake/${action}`, url), {
			method,
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		const text = await response.text();
		if (!response.ok) throw new Error(`The fake service refused ${method} ${action}: ${text}`);
		return JSON.parse(text) as T;
	};
	return {
		url,
		apiKey,
		async reset(patch) {
			await control('POST', 'reset');
			if (patch) await control('PUT', 'settings', patch);
		},
		state: async () => await control('GET', 'state'),
		runs: async () => await control('GET', 'runs'),
		requests: async () => await control('GET', 'requests'),
		seed: async (runs) => await control('POST', 'seed', runs),
		async deliver(to, event, run) {
			return (await control<{ status: number }>('POST', 'deliver', { to, event, run })).status;
		},
		close() {
			ended.catch(() => {});
			if (child.pid !== undefined) signalGroup(child.pid, 'SIGTERM');
		},
	};
}

async function addressIn(output: NodeJS.ReadableStream): Promise<string> {
	const lines = createInterface({ input: output });
	for await (const line of lines) {
		const [url] = /http:\/\/127\.0\.0\.1:\d+\/api/.exec(line) ?? [];
		if (url) {
			output.resume();
			return url;
		}
	}
	throw new Error('The fake service does not say where it listens');
}
