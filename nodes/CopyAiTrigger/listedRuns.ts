import { type CopyAiRun, type Endpoints, MAX_PAGE_SIZE, toRun } from '../CopyAi/api';
import type { ListedRun } from '../shared/trigger';
import { createRetry } from './webhookCalls';

const STARTED = 'workflowRun.started';
const ENDED: Record<string, string> = {
	COMPLETE: 'workflowRun.completed',
	FAILED: 'workflowRun.failed',
};

/**
 * One page of a workflow's runs, newest first.
 *
 * @param page from 1
 * @returns undefined if it can't be read
 */
export async function listRuns(
	api: Endpoints,
	workflowId: string,
	page: number,
): Promise<ListedRun[] | undefined> {
	const answer = await createRetry()(
		async () => await api.listRuns(workflowId, page, MAX_PAGE_SIZE),
	);
	if (answer.kind !== 'ok') return undefined;
	return answer.value.items
		.map((raw) => toListedRun(toRun(raw, workflowId)))
		.filter(({ id }) => id);
}

/** A list can omit the status: then the run may have ended either way. */
export function toListedRun({ id, workflowId, status, createdAt }: CopyAiRun): ListedRun {
	const time = Date.parse(createdAt ?? '');
	const ended = status === '' ? Object.values(ENDED) : [ENDED[status] ?? []].flat();
	return {
		id,
		workflowId,
		createdAt: Number.isNaN(time) ? undefined : time,
		events: [STARTED, ...ended],
		isFinished: status === '' ? undefined : status in ENDED,
	};
}
