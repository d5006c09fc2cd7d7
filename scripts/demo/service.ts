/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import { startFakeCopyAi } from '../../test/fakes/copyAi';
import type { Json } from '../n8n/client';

/** The Copy.ai that the demo talks to. */
export interface Service {
	name: string;
	credential: { apiKey: string; baseUrl: string };
	workflowId: string;
	task: Task;
	/** What the run took, if that is known. */
	secondsOf: (runId: string) => number | undefined;
	/** What the service has seen, if that is known. */
	summary: () => string | undefined;
	close: () => Promise<void>;
}

export interface Task {
	rows: Json[];
	/** Start variables of a run, as the node's `variableFields` takes them. */
	variables: Array<{ name: string; value: string }>;
}

const products: Task = {
	rows: [
		{ product: 'Trail running shoes', tone: 'playful' },
		{ product: 'Espresso machine', tone: 'elegant' },
		{ product: 'Rain jacket', tone: 'matter-of-fact' },
	],
	variables: [
		{ name: 'Input 1', value: '={{ $json.product }}' },
		{ name: 'Input 2', value: '={{ $json.tone }}' },
	],
};

/**
 * The real one when the environment names a key and a workflow, otherwise a fake one, started here.
 * @throws Error when the environment is not clear about it
 */
export async function chooseService(): Promise<Service> {
	const { COPY_AI_API_KEY, COPY_AI_WORKFLOW_ID, COPY_AI_VARIABLES } = process.env;
	if (COPY_AI_API_KEY && COPY_AI_WORKFLOW_ID) {
		return {
			name: 'the real one, with your key',
			credential: { apiKey: COPY_AI_API_KEY, baseUrl: 'https://api.copy.ai/api' },
			workflowId: COPY_AI_WORKFLOW_ID,
			task: COPY_AI_VARIABLES ? taskFrom(COPY_AI_VARIABLES) : products,
			secondsOf: () => undefined,
			summary: () => undefined,
			close: async () => {},
		};
	}
	if (COPY_AI_API_KEY) {
		throw new Error('COPY_AI_API_KEY is set: COPY_AI_WORKFLOW_ID has to say which workflow to run');
	}
	const fake = await startFakeCopyAi({ durationMs: [2000, 4000] });
	return {
		name: `a fake one at ${fake.url}`,
		credential: { apiKey: fake.settings.apiKey, baseUrl: fake.url },
		workflowId: 'WCFG-00000000-0000-4000-8000-000000000001',
		task: products,
		secondsOf: (runId) => {
			const run = fake.runs.find(({ id }) => id === runId);
			return run && (run.endsAt - run.startedAt) / 1000;
		},
		summary: () => `${fake.counts.total} requests to Copy.ai, ${fake.runs.length} runs started`,
		close: async () => await fake.close(),
	};
}

/** One run per object of the JSON text, one start variable per key. */
function taskFrom(json: string): Task {
	const rows = [JSON.parse(json) as Json | Json[]].flat();
	if (!rows.length)
		throw new Error('COPY_AI_VARIABLES is an empty list: it takes one object per run');
	return {
		rows,
		variables: Object.keys(rows[0]).map((name) => ({
			name,
			value: `={{ $json[${JSON.stringify(name)}] }}`,
		})),
	};
}
