import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	concurrencyOption,
	optionsField,
	showFor,
	simplifyField,
	waitingOptions,
} from '../../../shared/actions/fields';
import { readItems } from '../../../shared/actions/items';
import { readConcurrency } from '../../../shared/actions/parameters';
import { finish } from '../../../shared/actions/results';
import { startAndFollow } from '../../../shared/actions/starting';
import { readWaiting } from '../../../shared/actions/waiting';
import {
	metadataOption,
	parseJsonOption,
	startKeyOption,
	variableFields,
	workflowField,
} from '../fields';
import { withHints } from '../hints';
import { readOutputForm } from '../output';
import { copyAi } from '../service';
import { readStart } from '../starting';
import { openTools } from '../tools';

export const description = showFor('workflowRun', 'startAndWait', [
	workflowField,
	...variableFields,
	simplifyField,
	optionsField([
		concurrencyOption(copyAi),
		metadataOption,
		parseJsonOption,
		startKeyOption,
		...waitingOptions(copyAi),
	]),
]);

/** Starts one run per item; follows each from the moment it is started, all together. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { items, results } = await readItems(this, copyAi, (item) => ({
		...readStart(this, item),
		...readWaiting(this, item),
		...readOutputForm(this, item),
	}));
	const tools = await openTools(this, readConcurrency(this));

	await startAndFollow(this, tools, items, results);
	return withHints(this, finish(this, copyAi, results), true);
}
