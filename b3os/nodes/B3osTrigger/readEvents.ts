import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { toJson } from '../B3os/actions/output';
import { type B3osRun, type Endpoints, runService } from '../B3os/api';
import { eventKey, type ListedRun, type RunEvent } from '../../../nodes/shared/trigger';
import type { Retry } from './runList';
import type { Settings } from './settings';

/** Reads the runs of events. @returns an item and a key for each that could be read, in the same order */
export async function readEvents(
	api: Endpoints,
	tryAgain: Retry,
	events: RunEvent[],
	settings: Settings,
): Promise<{ items: INodeExecutionData[]; keys: string[] }> {
	const service = runService(api);
	const read = await Promise.all(
		events.map(async ({ event, runId, workflowId }) => {
			const answer = await tryAgain(async () => await service.getRun(workflowId, runId));
			if (answer.kind !== 'ok') return [];
			const json = toItem(event, answer.value.run, settings);
			return [{ json, key: eventKey(event, runId) }];
		}),
	);
	const found = read.flat();
	return { items: found.map(({ json }) => ({ json })), keys: found.map(({ key }) => key) };
}

/** The newest event, for a test. @returns null if there is none */
export async function readNewest(
	api: Endpoints,
	tryAgain: Retry,
	runs: ListedRun[],
	settings: Settings,
): Promise<INodeExecutionData[][] | null> {
	const newestFirst = [...runs].sort((one, other) => timeOf(other) - timeOf(one));
	for (const { id, workflowId, events } of newestFirst) {
		const event = events.filter((name) => settings.events.includes(name)).at(-1);
		if (!event) continue;
		const { items } = await readEvents(api, tryAgain, [{ event, runId: id, workflowId }], settings);
		return items.length > 0 ? [items] : null;
	}
	return null;
}

function timeOf({ createdAt = 0 }: ListedRun): number {
	return createdAt;
}

function toItem(event: string, run: B3osRun, { simplify }: Settings): IDataObject {
	const json = toJson(run, { simplify, nodeIds: [] });
	return Object.assign({ event }, json, { event });
}
