import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	concurrencyOption,
	onFailedRunOption,
	onTimeLimitOption,
	optionsField,
	parseJsonOption,
	runField,
	showFor,
	simplifyField,
	timeLimitOption,
	workflowField,
} from '../fields';
import { withHints } from '../hints';
import {
	readConcurrency,
	readItems,
	readRunId,
	readWorkflowId,
} from '../../../shared/actions/parameters';
import { acceptItems, finish, type Result } from '../../../shared/actions/results';
import { openTools } from '../tools';
import { followResult, readWaiting } from '../waiting';

export const description = showFor('workflowRun', 'wait', [
	workflowField,
	runField,
	simplifyField,
	optionsField([
		concurrencyOption,
		onFailedRunOption,
		onTimeLimitOption,
		parseJsonOption,
		timeLimitOption,
	]),
]);

/** Follows runs that exist already, all together. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const results: Result[] = [];
	const entries = await readItems(this, (item) => ({
		workflowId: readWorkflowId(this, item),
		runId: readRunId(this, item),
		...readWaiting(this, item),
	}));
	const items = acceptItems(this, entries, results);
	const { follower } = await openTools(this, readConcurrency(this));

	await Promise.all(
		items.map(async ({ item, value }) => {
			const { workflowId: group, runId: id, timeLimit } = value;
			const end = await follower.add({ group, id, limitMs: timeLimit * 1000 });
			results.push(followResult(item, value, end));
		}),
	);
	return withHints(this, finish(this, results), true);
}
