import type { IExecuteFunctions } from 'n8n-workflow';
import type { Answer } from '../../../../nodes/runs';
import type { ErrorDetails } from '../../../../nodes/shared/http';
import type { RunClient } from './runClient';
import { b3osText } from './service';
import type { StartItem } from './startParameters';
import {
	attempt,
	type ItemError,
	type ParsedItem,
	rejectInvalidItems,
	type Result,
	toItemError,
	type Unfinished,
} from '../../../../nodes/shared/operations';

type LiveVersion = Answer<number, ErrorDetails>;

/** Items that can be started, and the results of the others. */
interface Versioned<T> {
	items: Array<ParsedItem<T>>;
	results: Result[];
}

/**
 * Adds the live version of their workflow to the items that ask for it, looked up once per workflow.
 *
 * @throws without continue-on-error, one error for all items whose live version is not known
 */
export async function withLiveVersions<T extends StartItem>(
	context: IExecuteFunctions,
	{ api, retry }: RunClient,
	items: Array<ParsedItem<T>>,
): Promise<Versioned<T>> {
	const lookUps = new Map<string, Promise<LiveVersion>>();
	const liveVersion = async (workflowId: string): Promise<LiveVersion> => {
		const lookUp =
			lookUps.get(workflowId) ?? retry(async () => await api.getLiveVersion(workflowId));
		lookUps.set(workflowId, lookUp);
		return await lookUp;
	};

	const entries = await Promise.all(
		items.map(async (entry) =>
			attempt<ParsedItem<T> | ItemError | Unfinished>(
				async () =>
					entry.value.runLive
						? withVersion(entry, await liveVersion(entry.value.workflowId))
						: entry,
				(thrown) => toItemError(entry.item, thrown),
			),
		),
	);
	const unfinished = entries.filter(isUnfinished);
	const read = entries.filter((entry): entry is ParsedItem<T> | ItemError => !isUnfinished(entry));
	const { items: valid, errors } = rejectInvalidItems(context, b3osText, read);
	return { items: valid, results: [...unfinished, ...errors] };
}

function withVersion<T extends StartItem>(
	{ item, value }: ParsedItem<T>,
	version: LiveVersion,
): ParsedItem<T> | ItemError | Unfinished {
	switch (version.kind) {
		case 'ok':
			return { item, value: { ...value, body: { ...value.body, version: version.value } } };
		case 'aborted':
			return { item, unfinished: 'aborted' };
		default:
			return { item, ...version.error };
	}
}

function isUnfinished(entry: object): entry is Unfinished {
	return 'unfinished' in entry;
}
