import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { optionsField, showFor, simplifyField } from '../../../../../nodes/CopyAi/actions/fields';
import {
	readConcurrency,
	readItems,
	readRunId,
} from '../../../../../nodes/shared/actions/parameters';
import {
	acceptItems,
	answerResult,
	finish,
	type Result,
} from '../../../../../nodes/shared/actions/results';
import { concurrencyOption, runField, workflowOfRunField } from '../fields';
import { toJson } from '../output';
import { readOptionalWorkflowId, readSimplify } from '../parameters';
import { openTools } from '../tools';

export const description = showFor('workflowRun', 'get', [
	workflowOfRunField,
	runField,
	simplifyField,
	optionsField([concurrencyOption]),
]);

/** Gets one run per item as it stands. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const results: Result[] = [];
	const entries = await readItems(this, (item) => ({
		workflowId: readOptionalWorkflowId(this, item),
		runId: readRunId(this, item),
		simplify: readSimplify(this, item),
	}));
	const items = acceptItems(this, entries, results);
	const { service, insist } = await openTools(this, readConcurrency(this));

	await Promise.all(
		items.map(async ({ item, value: { workflowId, runId, simplify } }) => {
			const answer = await insist(async () => await service.read(workflowId, runId));
			results.push(answerResult(item, answer, ({ run }) => toJson(run, simplify)));
		}),
	);
	return finish(this, results);
}
