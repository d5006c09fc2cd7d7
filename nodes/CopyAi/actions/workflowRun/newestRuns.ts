import { type CopyAiRun, MAX_PAGE_SIZE } from '../../api';
import { type Answer, PageTracker, type RunSnapshot } from '../../../runs';
import type { ErrorDetails } from '../../../shared/http';
import { copyAiText, type RunClient } from '../common';
import { type Filters, passes } from './filters';
import { ListOrder } from './listOrder';
import { allSettled, readPages } from '../../../shared/operations';

interface WantedRuns {
	workflowId: string;
	/** Most runs to return. */
	limit: number;
	filters: Filters;
}

type Snapshot = RunSnapshot<CopyAiRun>;

/** Reads a workflow's list, newest first, until `limit` runs pass the filters. */
export async function newestRuns(
	client: RunClient,
	{ workflowId, limit, filters }: WantedRuns,
): Promise<Answer<CopyAiRun[], ErrorDetails>> {
	const { runs, retry } = client;
	const pages = new PageTracker<Snapshot>();
	const order = new ListOrder();

	return await readPages<Snapshot, CopyAiRun>(
		copyAiText,
		async (page) => {
			const answer = await retry(async () => await runs.listRuns(workflowId, page, MAX_PAGE_SIZE));
			if (answer.kind !== 'ok') return answer;
			const { added, isEnd } = pages.add(answer.value);
			order.add(added.map(({ run }) => run));
			const isLast = isEnd || order.hasPassed(filters.createdAfter);
			return { kind: 'ok', value: { items: added, isLast } };
		},
		limit,
		async (snapshots) => {
			const answer = await readInFull(client, workflowId, snapshots);
			if (answer.kind !== 'ok') return answer;
			return { kind: 'ok', value: answer.value.filter((run) => passes(run, filters)) };
		},
	);
}

/** Reads one by one the runs of which a list shows no status or no output. */
async function readInFull(
	{ runs, retry }: RunClient,
	workflowId: string,
	snapshots: Snapshot[],
): Promise<Answer<CopyAiRun[], ErrorDetails>> {
	const answers = await allSettled(
		snapshots.map(async (snapshot): Promise<Answer<Snapshot, ErrorDetails>> => {
			if (snapshot.isFull && snapshot.state !== 'unknown') return { kind: 'ok', value: snapshot };
			return await retry(async () => await runs.getRun(workflowId, snapshot.id));
		}),
	);
	const failed = answers.find((answer) => answer.kind !== 'ok');
	if (failed) return failed;
	const read = answers.flatMap((answer) => (answer.kind === 'ok' ? [answer.value.run] : []));
	return { kind: 'ok', value: read };
}
