/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** Jobs for n8n in queue mode, each a run of its own. */
import assert from 'node:assert/strict';
import type { N8nClient } from '../../../scripts/n8n/client';
import type { Jobs } from '../../../test/e2e/queue';
import { startFakeB3os } from '../fakes/b3os';
import { b3osNode, keysOf } from './site';

/** Long enough for a worker to die meanwhile. */
const DURATION_MS = 4_000;

/** Has a fake B3OS and its credential as long as `use` takes. */
export async function withB3osJobs<T>(
	client: N8nClient,
	count: number,
	use: (jobs: Jobs) => Promise<T>,
): Promise<T> {
	const fake = await startFakeB3os({ durationMs: DURATION_MS });
	const { service } = fake;
	try {
		const credential = await client.createCredential('B3OS', 'b3osApi', keysOf(fake));
		return await use({
			name: 'b3os-jobs',
			count,
			node: b3osNode({ credential }, 'startAndWait', {
				variablesJson: '={{ { job: $json.body.job } }}',
				options: { runId: '=run_job_{{ $json.body.job }}' },
			}),
			runsPerJob: () => {
				const names = service.runs.map(({ payload }) => payload.job);
				return [...new Set(names)].map((name) => names.filter((one) => one === name).length);
			},
			checkRuns: () =>
				assert.ok(service.runs.every((each) => service.statusOf(each) === 'success')),
		});
	} finally {
		await fake.close();
	}
}
