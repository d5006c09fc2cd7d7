import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	b3osText,
	createRunClient,
	followOptions,
	partialHint,
	readFollow,
	runField,
	wantedOf,
	workflowOfRunField,
} from '../common';
import { showFor, simplifyField } from '../../../../../nodes/shared/descriptions';
import {
	forEachItem,
	readItems,
	runItems,
	toNodeOutput,
	waitForRun,
	withHints,
} from '../../../../../nodes/shared/operations';

export const description = showFor('workflowRun', 'wait', [
	workflowOfRunField,
	runField,
	simplifyField,
	followOptions,
]);

/** Waits for existing runs, all at the same time. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const read = await readItems(this, b3osText, (item) => readFollow(this, item));

	const results = await runItems(this, read, async (items) => {
		const client = await createRunClient(this, items);
		items.forEach(({ value }) => client.wanted.add(value.runId, wantedOf(value, value.onWaiting)));
		return await forEachItem(
			items,
			async (entry) => await waitForRun(client, entry, entry.value.runId),
		);
	});
	return withHints(this, toNodeOutput(this, b3osText, results), partialHint);
}
