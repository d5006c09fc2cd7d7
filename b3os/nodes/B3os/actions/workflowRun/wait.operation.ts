import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	optionsField,
	showFor,
	simplifyField,
	timeLimitOption,
} from '../../../../../nodes/CopyAi/actions/fields';
import {
	readConcurrency,
	readItems,
	readRunId,
} from '../../../../../nodes/shared/actions/parameters';
import { acceptItems, finish, type Result } from '../../../../../nodes/shared/actions/results';
import {
	concurrencyOption,
	onFailedRunOption,
	onTimeLimitOption,
	runField,
	workflowOfRunField,
} from '../fields';
import { hintAtPartial } from '../hints';
import { readOptionalWorkflowId } from '../parameters';
import { openTools } from '../tools';
import { followResult, readWaiting } from '../waiting';

export const description = showFor('workflowRun', 'wait', [
	workflowOfRunField,
	runField,
	simplifyField,
	optionsField([concurrencyOption, onFailedRunOption, onTimeLimitOption, timeLimitOption]),
]);

/** Follows runs that exist already, all together. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const results: Result[] = [];
	const entries = await readItems(this, (item) => ({
		workflowId: readOptionalWorkflowId(this, item),
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
	hintAtPartial(this, results);
	return finish(this, results);
}
