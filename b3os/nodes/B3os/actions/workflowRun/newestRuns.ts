import { type B3osRun, MAX_PAGE_SIZE, toRun } from '../../api';
import { type OutputFormat, wantedOf } from '../output';
import type { Answer } from '../../../../../nodes/runs';
import type { ErrorDetails } from '../../../../../nodes/shared/http';
import { b3osText, type RunClient } from '../common';
import { allSettled, readPages } from '../../../../../nodes/shared/operations';

interface WantedList {
	workflowId: string;
	/** Most runs to return. */
	limit: number;
	/** Empty: any. */
	status: string[];
	includeOutputs: boolean;
	format: OutputFormat;
}

/** Reads a workflow's list, in the order that B3OS has it in, until `limit` runs have one of the statuses. */
export async function newestRuns(
	client: RunClient,
	{ workflowId, limit, status, includeOutputs, format }: WantedList,
): Promise<Answer<B3osRun[], ErrorDetails>> {
	const { api, retry } = client;
	// B3OS can filter by one status. By several it is done here.
	const onlyStatus = status.length === 1 ? status[0] : undefined;
	// Runs that are started meanwhile push others to the next page, where they would come again.
	const known = new Set<string>();
	let offset = 0;

	return await readPages<B3osRun, B3osRun>(
		b3osText,
		async () => {
			const page = { limit: MAX_PAGE_SIZE, offset };
			const answer = await retry(async () => await api.listRuns(workflowId, page, onlyStatus));
			if (answer.kind !== 'ok') return answer;
			const { items, hasMore } = answer.value;
			offset += items.length;
			const runs = items.map((raw) => toRun(raw, workflowId)).filter(({ id }) => !known.has(id));
			runs.forEach(({ id }) => known.add(id));
			return { kind: 'ok', value: { items: runs, isLast: !hasMore || items.length === 0 } };
		},
		limit,
		async (runs) => {
			const wanted = runs.filter((run) => status.length === 0 || status.includes(run.status));
			wanted.forEach(({ id }) => client.wanted.add(id, wantedOf(format)));
			return includeOutputs
				? await withOutputs(client, workflowId, wanted)
				: { kind: 'ok', value: wanted };
		},
	);
}

async function withOutputs(
	{ runs: service, retry }: RunClient,
	workflowId: string,
	runs: B3osRun[],
): Promise<Answer<B3osRun[], ErrorDetails>> {
	const answers = await allSettled(
		runs.map(async (run): Promise<Answer<{ run: B3osRun }, ErrorDetails>> => {
			if (run.output) return { kind: 'ok', value: { run } };
			return await retry(async () => await service.getRun(workflowId, run.id));
		}),
	);
	const failed = answers.find((answer) => answer.kind !== 'ok');
	if (failed) return failed;
	const read = answers.flatMap((answer) => (answer.kind === 'ok' ? [answer.value.run] : []));
	return { kind: 'ok', value: read };
}
