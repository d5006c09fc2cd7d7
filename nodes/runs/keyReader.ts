import type { Attempt } from './attempts';
import { callWithin, readKnownRun } from './retryBudget';
import type { SearchDeps } from './runSearch';
import type { Answer, RunSnapshot, StartKey } from './types';

/** How many runs are read to find out whether a list that shows no keys hides them. */
const SAMPLE_SIZE = 10;

/** How many runs are read that were started with the same values. */
const MAX_LIKELY_READS = 50;

/** What a read of one run has shown; `hidden` when the read can't show keys either. */
type KeyRead = { key?: StartKey } | 'hidden';

type BadAnswer<TError> = Exclude<Answer<never, TError>, { kind: 'ok' | 'notFound' }>;

/**
 * Finds the keys of the listed runs of one workflow. Some lists show none: then runs are read one by one, each once.
 * Where some runs show a key, or that they have none, a run that shows nothing has none.
 */
export class KeyReader<TRequest, TRun, TError> {
	private readonly reads = new Map<string, KeyRead>();
	/** Whether a listed run, or one that was read, has shown what it has or that it has none. */
	private listShows = false;
	private readsShow = false;
	/** Whether a run that has a key for sure did not show it. */
	private listHides = false;
	private readsHide = false;

	/** Keys that are known without asking, by run. */
	private own: ReadonlyMap<string, StartKey> = new Map();

	constructor(
		private readonly deps: SearchDeps<TRequest, TRun, TError>,
		private readonly workflowId: string,
	) {}

	/** Notes the keys of the runs that were started here, before a list is read. */
	knowOwn(): void {
		const { records, otherRecords = [] } = this.deps;
		const own = new Map<string, StartKey>();
		for (const { workflowId, runId, base, attempt } of [...records, ...otherRecords]) {
			if (runId && workflowId === this.workflowId) own.set(runId, { base, attempt });
		}
		this.own = own;
	}

	/** Notes whether the list shows keys. */
	observe(listed: Array<RunSnapshot<TRun>>): void {
		this.listShows ||= listed.some(({ keyOmitted }) => !keyOmitted);
		this.listHides ||= listed.some(({ id, keyOmitted }) => keyOmitted && this.own.has(id));
	}

	/** The key of a listed run; nothing when it has none, `hidden` when that does not show. */
	keyOf({ id, key, keyOmitted }: RunSnapshot<TRun>): StartKey | 'hidden' | undefined {
		if (!keyOmitted) return key;
		const own = this.own.get(id);
		if (own) return own;
		const read = this.reads.get(id);
		if (read !== undefined && read !== 'hidden') return read.key;
		if (this.listShows && !this.listHides) return undefined;
		if (read === 'hidden' && this.readsShow && !this.readsHide) return undefined;
		return 'hidden';
	}

	/** Reads those runs whose keys are hidden. @returns the answer because of which it could not */
	async read(listed: Array<RunSnapshot<TRun>>): Promise<BadAnswer<TError> | undefined> {
		const ids = new Set<string>();
		for (const run of listed) {
			if (this.keyOf(run) === 'hidden' && !this.reads.has(run.id)) ids.add(run.id);
		}
		const answers = await Promise.all([...ids].map(async (id) => await this.readOne(id)));
		return answers.find((answer) => answer !== undefined);
	}

	/**
	 * For a list that shows no keys at all: reads a few of its runs, among them one of ours, and all of them only if one
	 * of these shows that the list hides something.
	 *
	 * @param isLikely which runs to read before others
	 */
	async readSample(
		listed: Array<RunSnapshot<TRun>>,
		isLikely: (run: RunSnapshot<TRun>) => boolean,
	): Promise<BadAnswer<TError> | undefined> {
		const hidden = listed.filter((run) => this.keyOf(run) === 'hidden');
		const likely = hidden.filter(isLikely).slice(0, MAX_LIKELY_READS);
		const step = Math.max(1, Math.floor(hidden.length / (SAMPLE_SIZE / 2)));
		const sample = hidden.filter(
			(_, index) => index < SAMPLE_SIZE / 2 || (index % step === 0 && index < hidden.length),
		);
		const bad = (await this.read([...likely, ...sample])) ?? (await this.readOwn(listed));
		if (bad || !this.readsShow) return bad;
		return await this.read(hidden);
	}

	/** Whether neither lists nor reads show the key of a run that has one. */
	get isHiddenEverywhere(): boolean {
		return this.listHides && this.readsHide;
	}

	/** A run of ours has a key: if reading it does not show that, no read does. */
	async readOwn(listed: Array<RunSnapshot<TRun>>): Promise<BadAnswer<TError> | undefined> {
		const mine = listed.find(({ id, keyOmitted }) => keyOmitted && this.own.has(id));
		return mine && !this.reads.has(mine.id) ? await this.readOne(mine.id) : undefined;
	}

	/** Some lists do not show states; whether a run failed decides what is done. */
	async withState(listed: Attempt<TRun>): Promise<Attempt<TRun>> {
		const { id, key, state } = listed;
		if (state !== 'unknown') return listed;
		const { service } = this.deps;
		const answer = await readKnownRun(this.deps, () => service.getRun(this.workflowId, id));
		return answer.kind === 'ok' ? { ...answer.value, key } : listed;
	}

	private async readOne(id: string): Promise<BadAnswer<TError> | undefined> {
		const answer = await this.get(id);
		// Just made, and not there to be read yet: the next search reads it again.
		if (answer.kind === 'notFound') return undefined;
		if (answer.kind !== 'ok') return answer;
		const { key, keyOmitted } = answer.value;
		this.reads.set(id, keyOmitted ? 'hidden' : { key });
		this.readsShow ||= !keyOmitted;
		this.readsHide ||= keyOmitted === true && this.own.has(id);
		return undefined;
	}

	private async get(id: string) {
		const { service, clock } = this.deps;
		return await callWithin(this.deps, clock.monotonicNow(), () =>
			service.getRun(this.workflowId, id),
		);
	}
}
