import { type Endpoints, toRun, toSnapshot } from '../api';
import type { Answer } from '../../runs';
import { type ErrorDetails, isObject, type JsonObject } from '../../shared/http';

/** Runs per request. */
const PAGE_SIZE = 50;
/** How far back is looked. */
const MAX_PAGES = 4;
/** How many runs are read one by one where the list omits their inputs. */
const RUNS_READ_ONE_BY_ONE = 5;

/** What past runs were started with, newest first; those without variables are left out. */
export interface PastInputs {
	/** Of runs that were started in Copy.ai itself, or by anything but this package: most likely all inputs. */
	made: JsonObject[];
	/** Of runs that this package started, which may have sent only some of the inputs. */
	own: JsonObject[];
	/** Whether there are runs at all. */
	hasRuns: boolean;
}

/**
 * Reads a workflow's past runs, until a page of them shows no name that is new. Runs of this package can't end the search:
 * what they didn't send may be an input all the same.
 */
export async function readPastInputs(
	api: Endpoints,
	workflowId: string,
): Promise<Answer<PastInputs, ErrorDetails>> {
	const runs: JsonObject[] = [];
	const names = new Set<string>();
	for (let page = 1; page <= MAX_PAGES; page++) {
		const listed = await api.listRuns(workflowId, page, PAGE_SIZE);
		if (listed.kind !== 'ok') return listed;
		const { items, isLast } = listed.value;
		runs.push(...items);
		if (page === 1 && !items.some(({ input }) => isObject(input))) {
			return await readOneByOne(api, workflowId, items.sort(newestFirst));
		}
		const { made } = sortByOrigin(items);
		const found = made.flatMap(Object.keys);
		const isComplete = found.length > 0 && found.every((name) => names.has(name));
		found.forEach((name) => names.add(name));
		if (isLast || isComplete) break;
	}
	return { kind: 'ok', value: sortByOrigin(runs.sort(newestFirst)) };
}

/** @param runs newest first */
async function readOneByOne(
	api: Endpoints,
	workflowId: string,
	runs: JsonObject[],
): Promise<Answer<PastInputs, ErrorDetails>> {
	const answers = await Promise.all(
		runs
			.slice(0, RUNS_READ_ONE_BY_ONE)
			.map(async (run) => await api.getRun(workflowId, toSnapshot(run, workflowId).id)),
	);
	const read = answers.flatMap((answer) => (answer.kind === 'ok' ? [answer.value] : []));
	return read.length > 0 || answers.length === 0
		? { kind: 'ok', value: sortByOrigin(read) }
		: (answers[0] as Answer<never, ErrorDetails>);
}

function sortByOrigin(raws: JsonObject[]): PastInputs {
	const runs = raws.map((raw) => toRun(raw, ''));
	const withInput = runs.filter(({ input }) => Object.keys(input).length > 0);
	const inputsOf = (isOwn: boolean) =>
		withInput
			.filter(({ metadata }) => (metadata?.n8nStartKey !== undefined) === isOwn)
			.map(({ input }) => input);
	return { made: inputsOf(false), own: inputsOf(true), hasRuns: runs.length > 0 };
}

/** Copy.ai lists them in this order, but does not promise it. */
function newestFirst(one: JsonObject, other: JsonObject): number {
	return (Date.parse(String(other.createdAt)) || 0) - (Date.parse(String(one.createdAt)) || 0);
}
