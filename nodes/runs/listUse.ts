import { listPollsToSkip } from './listIndex';

/** For how long a list that was refused is not polled, ms; twice as long after each further time. */
const REFUSED_LIST_DELAY_MS = 30_000;
/** A list is read all the same for this many runs on each page; for its square after two polls of no use, and so on. */
const MIN_GAIN = 4;
/** After every so many failed list polls in a row, one run is read by itself. */
const FAILED_LIST_POLLS = 3;

/**
 * Whether it is of use to poll a workflow's list, going by what earlier polls brought:
 *
 *     pages are read ──┬── they show some of the runs ──────> read again in the next round
 *                      ├── they show none of them ──────────> left out for 1, 3, 7, 15, then 31 rounds,
 *                      │                                       but for many runs on each page
 *                      ├── they fail three times in a row,
 *                      │   while a run can be read ─────────> left out in the same way
 *                      ├── rejected, not found, or a throw ─> left out for 30 s, 1 min, 2 min, ...
 *                      └── no states, or denied for good ───> not read again
 */
export class ListUse {
	/** False once the list turned out not to show the states of runs. */
	private listShowsState = true;
	/** List polls in a row that were of no use. */
	private fruitlessListPolls = 0;
	private listPollsToSkip = 0;
	private failedListPolls = 0;
	private refusals = 0;
	/** Until when the list is left out, monotonic ms. */
	private refusedUntil = -Infinity;

	/** @param now monotonic, ms */
	isClosed(now: number): boolean {
		return !this.listShowsState || now < this.refusedUntil;
	}

	/**
	 * Counts down the rounds to leave out.
	 *
	 * @param runsPerPage how many of the due runs each page should show: so many requests it saves
	 * @returns whether this is one of them
	 */
	skipsRound(runsPerPage: number): boolean {
		if (this.listPollsToSkip === 0) return false;
		this.listPollsToSkip--;
		return runsPerPage < MIN_GAIN ** this.fruitlessListPolls;
	}

	/** Whether it failed so often that it may be the list alone that fails: every third time, if it goes on. */
	get keepsFailing(): boolean {
		return this.failedListPolls > 0 && this.failedListPolls % FAILED_LIST_POLLS === 0;
	}

	/** After a round of list polls. */
	noteRound(isFruitless: boolean, hasFailed: boolean): void {
		this.failedListPolls = hasFailed ? this.failedListPolls + 1 : 0;
		if (isFruitless) this.fruitlessListPolls++;
		else if (!hasFailed) this.fruitlessListPolls = 0;
		this.listPollsToSkip = isFruitless ? listPollsToSkip(this.fruitlessListPolls) : 0;
	}

	/** When a run could be read although the list keeps failing: if it fails once more, that is tried again at once. */
	noteReadsWork(): void {
		this.noteRound(true, true);
		this.failedListPolls = FAILED_LIST_POLLS - 1;
	}

	/** When the list does not show states, or is denied for good. */
	close(): void {
		this.listShowsState = false;
	}

	/** @param now monotonic, ms */
	noteRefusal(now: number): void {
		// Several pages of one round are refused together.
		if (this.isClosed(now)) return;
		this.refusedUntil = now + REFUSED_LIST_DELAY_MS * 2 ** this.refusals;
		this.refusals++;
	}
}
