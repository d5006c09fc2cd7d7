import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	concurrencyOption,
	metadataOption,
	onFailedRunOption,
	onTimeLimitOption,
	optionsField,
	parseJsonOption,
	showFor,
	simplifyField,
	startKeyOption,
	timeLimitOption,
	variableFields,
	workflowField,
} from '../fields';
import { withHints } from '../hints';
import { readConcurrency, readItems } from '../../../shared/actions/parameters';
import { acceptItems, finish, type Result } from '../../../shared/actions/results';
import { readStart, startItems, startResult } from '../starting';
import { openTools } from '../tools';
import { followResult, readWaiting } from '../waiting';

export const description = showFor('workflowRun', 'startAndWait', [
	workflowField,
	...variableFields,
	simplifyField,
	optionsField([
		concurrencyOption,
		metadataOption,
		onFailedRunOption,
		onTimeLimitOption,
		parseJsonOption,
		startKeyOption,
		timeLimitOption,
	]),
]);

/** Starts one run per item; follows each from the moment it is started, all together. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const results: Result[] = [];
	const entries = await readItems(this, (item) => ({
		...readStart(this, item),
		...readWaiting(this, item),
	}));
	const items = acceptItems(this, entries, results);
	const tools = await openTools(this, readConcurrency(this));

	const followed: Array<Promise<void>> = [];
	await startItems(this, tools, items, ({ item, value }, outcome) => {
		if (outcome.kind !== 'started') {
			results.push(startResult(item, value, outcome));
			return;
		}
		const { workflowId: group, timeLimit } = value;
		const end = tools.follower.add(
			{ group, id: outcome.id, limitMs: timeLimit * 1000 },
			outcome.seen,
		);
		followed.push(end.then((end) => void results.push(followResult(item, value, end))));
	});
	await Promise.all(followed);
	return withHints(this, finish(this, results), true);
}
