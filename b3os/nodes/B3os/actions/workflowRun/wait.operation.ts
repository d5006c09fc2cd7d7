import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	concurrencyOption,
	optionsField,
	showFor,
	simplifyField,
	waitingOptions,
} from '../../../../../nodes/shared/actions/fields';
import { readItems } from '../../../../../nodes/shared/actions/items';
import { readConcurrency, readRunId } from '../../../../../nodes/shared/actions/parameters';
import { finish } from '../../../../../nodes/shared/actions/results';
import { follow, readWaiting } from '../../../../../nodes/shared/actions/waiting';
import { runField, workflowOfRunField } from '../fields';
import { hintAtPartial } from '../hints';
import { readOutputForm } from '../output';
import { readOptionalWorkflowId } from '../parameters';
import { b3os } from '../service';
import { openTools } from '../tools';

export const description = showFor('workflowRun', 'wait', [
	workflowOfRunField,
	runField,
	simplifyField,
	optionsField([concurrencyOption(b3os), ...waitingOptions(b3os)]),
]);

/** Follows runs that exist already, all together. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { items, results } = await readItems(this, b3os, (item) => ({
		workflowId: readOptionalWorkflowId(this, item),
		runId: readRunId(this, item),
		...readWaiting(this, item),
		...readOutputForm(this, item),
	}));
	const tools = await openTools(this, readConcurrency(this));

	await Promise.all(
		items.map(async (entry) => await follow(tools, entry, entry.value.runId, results)),
	);
	hintAtPartial(this, results);
	return finish(this, b3os, results);
}
