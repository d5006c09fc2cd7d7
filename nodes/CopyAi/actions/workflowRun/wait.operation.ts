import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	concurrencyOption,
	optionsField,
	showFor,
	simplifyField,
	waitingOptions,
} from '../../../shared/actions/fields';
import { readItems } from '../../../shared/actions/items';
import { readConcurrency, readRunId } from '../../../shared/actions/parameters';
import { finish } from '../../../shared/actions/results';
import { follow, readWaiting } from '../../../shared/actions/waiting';
import { parseJsonOption, runField, workflowField } from '../fields';
import { withHints } from '../hints';
import { readOutputForm } from '../output';
import { readWorkflowId } from '../parameters';
import { copyAi } from '../service';
import { openTools } from '../tools';

export const description = showFor('workflowRun', 'wait', [
	workflowField,
	runField,
	simplifyField,
	optionsField([concurrencyOption(copyAi), parseJsonOption, ...waitingOptions(copyAi)]),
]);

/** Follows runs that exist already, all together. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { items, results } = await readItems(this, copyAi, (item) => ({
		workflowId: readWorkflowId(this, item),
		runId: readRunId(this, item),
		...readWaiting(this, item),
		...readOutputForm(this, item),
	}));
	const tools = await openTools(this, readConcurrency(this));

	await Promise.all(
		items.map(async (entry) => await follow(tools, entry, entry.value.runId, results)),
	);
	return withHints(this, finish(this, copyAi, results), true);
}
