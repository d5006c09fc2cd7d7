import { addAttempt, type AttemptsByBase, reusableAttempt } from './attempts';
import type { KeyReader } from './keyReader';
import { CLOCK_SKEW_MS } from './listProof';
import { ListReader } from './listReader';
import { SEARCHED, type SearchDeps, type SearchResult, type SearchTarget } from './runSearch';
import type { RunSnapshot } from './types';

/** What a scan is to find. */
interface Scan<TRequest> {
	workflowId: string;
	/** By base key. */
	targets: Map<string, SearchTarget<TRequest>>;
	/** How many of the newest runs to read for a key that may have been used at any time. */
	depth: number;
}

/**
 * Reads a workflow's list until every key has a run to be reused, or as far as one can be: back to when the starts were
 * sent, `depth` runs for keys that may be older, and to the end where the list is not sorted newest first.
 */
export async function scanPages<TRequest, TRun, TError>(
	deps: SearchDeps<TRequest, TRun, TError>,
	keys: KeyReader<TRequest, TRun, TError>,
	{ workflowId, targets, depth }: Scan<TRequest>,
): Promise<SearchResult<TRun, TError>> {
	const runs: AttemptsByBase<TRun> = new Map();
	const list = new ListReader(deps, workflowId);
	keys.knowOwn();
	const span = toSpan(targets, depth);
	const collect = async (listed: Array<RunSnapshot<TRun>>) =>
		await collectAttempts(keys, targets, runs, listed);
	let isListFound = true;
	let hasAll = false;
	while (!hasAll && !list.isOver && !isFarEnough(list, span)) {
		const page = await list.next();
		if (page.kind === 'notFound') {
			isListFound = false;
			break;
		}
		if (page.kind !== 'ok') return { runs, end: page };
		keys.observe(page.value);
		// A run that was made before the first of the starts is none of theirs.
		const unread = await keys.read(page.value.filter((run) => mayBeLost(run, span)));
		if (unread) return { runs, end: unread };
		await collect(page.value);
		hasAll = [...targets.values()].every((target) => isFound(target, runs, list.ids));
	}
	if (!hasAll) {
		const unread = span.isAnyTime
			? await keys.readSample(list.runs, (run) => mayBeUsers(deps, targets, run))
			: await keys.readOwn(list.runs);
		if (unread) return { runs, end: unread };
		await collect(list.runs);
	}
	const hidden = list.runs.filter((run) => keys.keyOf(run) === 'hidden');
	const { asOf, ids, order, isWhole, oldestAt } = list;
	const view = {
		asOf,
		until: deps.clock.now(),
		ids,
		order,
		isWhole,
		oldestAt,
		isFound: isListFound,
		isDeepEnough: isWhole || isFarEnough(list, span),
		hiddenAt: hidden.map(({ createdAt }) => createdAt),
		isHiddenEverywhere: hidden.length > 0 && keys.isHiddenEverywhere,
	};
	return { runs, end: SEARCHED, view };
}

/** How far back a scan goes. */
interface Span {
	/** No run of a start that was sent can be older, ms since 1970; absent when none of these was. */
	sentFrom?: number;
	/** Whether there are keys that may have been used at any time. */
	isAnyTime: boolean;
	depth: number;
}

function toSpan<TRequest>(targets: Map<string, SearchTarget<TRequest>>, depth: number): Span {
	const sent = [...targets.values()].flatMap(({ sentAt }) =>
		sentAt === undefined ? [] : [sentAt],
	);
	return {
		sentFrom: sent.length > 0 ? Math.min(...sent) - CLOCK_SKEW_MS : undefined,
		isAnyTime: [...targets.values()].some(({ isAnyTime }) => isAnyTime),
		depth,
	};
}

function isFound<TRequest, TRun>(
	{ base, runId }: SearchTarget<TRequest>,
	runs: AttemptsByBase<TRun>,
	listed: ReadonlySet<string>,
): boolean {
	const isKnown = runId !== undefined && listed.has(runId);
	return isKnown || reusableAttempt(runs.get(base)) !== undefined;
}

function mayBeLost<TRun>({ createdAt = Infinity }: RunSnapshot<TRun>, { sentFrom }: Span): boolean {
	return sentFrom !== undefined && createdAt >= sentFrom;
}

/** Whether a run of which no key shows can be that of a user's key: it was started with the same values. */
function mayBeUsers<TRequest, TRun, TError>(
	{ service: { userKeys } }: SearchDeps<TRequest, TRun, TError>,
	targets: Map<string, SearchTarget<TRequest>>,
	{ run }: RunSnapshot<TRun>,
): boolean {
	return [...targets.values()].some(
		({ isAnyTime, request }) => isAnyTime && userKeys?.isRunOf(run, request),
	);
}

function isFarEnough<TRequest, TRun, TError>(
	{ runs, order, oldestAt = Infinity }: ListReader<TRequest, TRun, TError>,
	{ sentFrom, isAnyTime, depth }: Span,
): boolean {
	const isDeep = runs.length >= depth;
	if (order === 'unknown') return isDeep && sentFrom === undefined;
	if (order !== 'newestFirst') return false;
	if (sentFrom === undefined) return isDeep;
	return oldestAt < sentFrom && (isDeep || !isAnyTime);
}

async function collectAttempts<TRequest, TRun, TError>(
	keys: KeyReader<TRequest, TRun, TError>,
	targets: Map<string, SearchTarget<TRequest>>,
	runs: AttemptsByBase<TRun>,
	listed: Array<RunSnapshot<TRun>>,
): Promise<void> {
	const wanted = listed.flatMap((run) => {
		const key = keys.keyOf(run);
		if (key === undefined || key === 'hidden' || !targets.has(key.base)) return [];
		const isKnown = runs.get(key.base)?.some(({ id }) => id === run.id);
		return isKnown ? [] : [{ ...run, key }];
	});
	const attempts = await Promise.all(wanted.map(async (run) => await keys.withState(run)));
	attempts.forEach((attempt) => addAttempt(runs, attempt));
}
