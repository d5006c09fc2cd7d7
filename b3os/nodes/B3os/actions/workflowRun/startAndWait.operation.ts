import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	concurrencyOption,
	optionsField,
	showFor,
	simplifyField,
	waitingOptions,
} from '../../../../../nodes/shared/actions/fields';
import { readItems } from '../../../../../nodes/shared/actions/items';
import { readConcurrency } from '../../../../../nodes/shared/actions/parameters';
import { finish } from '../../../../../nodes/shared/actions/results';
import { startAndFollow } from '../../../../../nodes/shared/actions/starting';
import { readWaiting } from '../../../../../nodes/shared/actions/waiting';
import { startOptions, variableFields, workflowField } from '../fields';
import { hintAtDrafts, hintAtPartial } from '../hints';
import { readOutputForm } from '../output';
import { b3os } from '../service';
import { readStart, withLiveVersions } from '../starting';
import { openTools } from '../tools';

export const description = showFor('workflowRun', 'startAndWait', [
	workflowField,
	...variableFields,
	simplifyField,
	optionsField([concurrencyOption(b3os), ...startOptions, ...waitingOptions(b3os)]),
]);

/** Starts one run per item; follows each from the moment it is started, all together. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { items: read, results } = await readItems(this, b3os, (item) => ({
		...readStart(this, item),
		...readWaiting(this, item),
		...readOutputForm(this, item),
	}));
	const tools = await openTools(this, readConcurrency(this));
	const items = await withLiveVersions(this, tools, read, results);

	await Promise.all([
		startAndFollow(this, tools, items, results),
		hintAtDrafts(this, tools, items),
	]);
	hintAtPartial(this, results);
	return finish(this, b3os, results);
}
