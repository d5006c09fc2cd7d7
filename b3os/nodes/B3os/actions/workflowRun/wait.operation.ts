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
import { optionsField, showFor, simplifyField } from '../../../../../nodes/shared/descriptions';
import {
	forEachItem,
	readItems,
	runItems,
	withHints,
} from '../../../../../nodes/shared/operations';
import { readSleep, sleepOption } from '../../../../../nodes/shared/sleep';
import { prepareWaiting } from './asleep';

export const description = showFor('workflowRun', 'wait', [
	workflowOfRunField,
	runField,
	simplifyField,
	optionsField([...followOptions, sleepOption]),
]);

/** Waits for existing runs, all at the same time. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const read = await readItems(this, b3osText, (item) => ({
		...readFollow(this, item),
		sleepWhileWaiting: readSleep(this, item),
	}));
	const waiting = prepareWaiting(this, read.items);

	const results = await runItems(this, read, async (items) => {
		const client = await createRunClient(this, items);
		items.forEach(({ value }) => client.wanted.add(value.runId, wantedOf(value, value.onWaiting)));
		return await forEachItem(
			items,
			async (entry) => await waiting.wait(client, entry, entry.value.runId),
		);
	});
	return withHints(this, await waiting.finish(results), partialHint, () => waiting.hints());
}
