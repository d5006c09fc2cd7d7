import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	optionsField,
	showFor,
	simplifyField,
	timeLimitOption,
} from '../../../../../nodes/CopyAi/actions/fields';
import { readConcurrency, readItems } from '../../../../../nodes/shared/actions/parameters';
import { acceptItems, finish, type Result } from '../../../../../nodes/shared/actions/results';
import {
	byName,
	concurrencyOption,
	onFailedRunOption,
	onTimeLimitOption,
	startOptions,
	variableFields,
	workflowField,
} from '../fields';
import { hintAtDrafts, hintAtPartial } from '../hints';
import { readStart, startItems, startResult, withLiveVersions } from '../starting';
import { openTools } from '../tools';
import { followResult, readWaiting } from '../waiting';

export const description = showFor('workflowRun', 'startAndWait', [
	workflowField,
	...variableFields,
	simplifyField,
	optionsField(
		byName([
			concurrencyOption,
			onFailedRunOption,
			onTimeLimitOption,
			timeLimitOption,
			...startOptions,
		]),
	),
]);

/** Starts one run per item; follows each from the moment it is started, all together. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const results: Result[] = [];
	const entries = await readItems(this, (item) => ({
		...readStart(this, item),
		...readWaiting(this, item),
	}));
	const accepted = acceptItems(this, entries, results);
	const tools = await openTools(this, readConcurrency(this));
	const items = await withLiveVersions(this, tools, accepted, results);

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
	await Promise.all([...followed, hintAtDrafts(this, tools, items)]);
	hintAtPartial(this, results);
	return finish(this, results);
}
