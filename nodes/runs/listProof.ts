import type { ListOrder } from './listOrder';
import type { ListDoubt } from './types';

/** The longest that a service usually takes until a new run shows in its list, ms. */
export const LIST_LAG_MS = 60_000;
/** How much longer it may take where no run of ours shows how late this list is, ms. */
const UNKNOWN_LAG_MS = 3 * LIST_LAG_MS;
/** How far the service's clock may be from this one, ms. */
export const CLOCK_SKEW_MS = 5 * 60_000;

/** What one reading of a list has shown. */
export interface ListView {
	/** When it began, ms since 1970: a run that doesn't show wasn't listed then. */
	asOf: number;
	/** When it ended, ms since 1970: a run that shows was listed by then. */
	until: number;
	/** Whether the service has such a list. */
	isFound: boolean;
	order: ListOrder;
	/** Whether it was read to its end. */
	isWhole: boolean;
	/** Whether it was read as far as the search wanted. */
	isDeepEnough: boolean;
	ids: ReadonlySet<string>;
	/** When the oldest run shown was made, ms since 1970, where all show it. */
	oldestAt?: number;
	/** When the runs whose keys stayed hidden were made, where they show it. */
	hiddenAt: Array<number | undefined>;
	/** Whether it is sure that neither lists nor reads show keys. */
	isHiddenEverywhere: boolean;
}

/** A run that must be there: one of ours. */
export interface KnownRun {
	id: string;
	/** When its start was sent, ms since 1970. */
	sentAt: number;
}

/** How late the list of one workflow shows new runs, going by those of ours. */
export class ListingLag {
	/** Age at which a run was first seen in the list, ms; it may have been listed earlier. */
	private readonly listedAtAge = new Map<string, number>();
	/** The greatest age at which a run that must be there was not, ms. */
	private longestMissingMs = 0;

	/** Notes which of our runs a list shows. */
	observe(view: ListView, known: KnownRun[]): void {
		for (const run of known) {
			if (view.ids.has(run.id)) {
				if (!this.listedAtAge.has(run.id)) {
					this.listedAtAge.set(run.id, view.until - run.sentAt);
				}
			} else if (mustShow(view, run)) {
				this.longestMissingMs = Math.max(this.longestMissingMs, view.asOf - run.sentAt);
			}
		}
	}

	/** After how long a start that does not show in this list was never made, ms. */
	settledAfterMs(view: ListView, ageMs: number): number {
		const ages = [...this.listedAtAge].flatMap(([id, listedAtAge]) =>
			listedAtAge <= ageMs && view.ids.has(id) ? [listedAtAge] : [],
		);
		if (ages.length === 0) return this.longestMissingMs + UNKNOWN_LAG_MS;
		// Seen so late, it may have been listed just then, and others may take longer.
		const earliest = Math.min(...ages, UNKNOWN_LAG_MS - LIST_LAG_MS);
		const lagMs = Math.max(this.longestMissingMs, earliest > LIST_LAG_MS ? earliest : 0);
		return lagMs + LIST_LAG_MS;
	}
}

/**
 * Whether a list that does not show a start proves that it was never made.
 *
 *     the list exists and shows runs ─▶ it was read far enough back ─▶ all keys show ─▶ the start is old enough ─▶ proven
 *
 * Old enough is LIST_LAG_MS where a run of ours that was started later, or at about the same time, is listed; longer by
 * as much as a run of ours was missing, or was old when it was first seen; and three times as long where nothing shows how late the list is.
 *
 * @param sentAt when the start's answer was lost, ms since 1970
 * @returns why it proves nothing; nothing when it does
 */
export function doubtAbout(view: ListView, sentAt: number, lag: ListingLag): ListDoubt | undefined {
	if (!view.isFound) return 'notFound';
	if (view.ids.size === 0) return 'empty';
	if (!reachesBackTo(view, sentAt)) return 'incomplete';
	const mayBeIt = (createdAt = Infinity) => createdAt >= sentAt - CLOCK_SKEW_MS;
	if (view.hiddenAt.some(mayBeIt)) return 'keysHidden';
	const ageMs = view.asOf - sentAt;
	return ageMs < lag.settledAfterMs(view, ageMs) ? 'late' : undefined;
}

/** Whether a list in which a user's key was looked up says that it was never used. Every run counts, however old. */
export function keyDoubt(view: ListView): ListDoubt | undefined {
	if (!view.isFound) return 'notFound';
	if (!view.isDeepEnough) return 'incomplete';
	return view.isHiddenEverywhere ? 'keysHidden' : undefined;
}

function reachesBackTo(view: ListView, sentAt: number): boolean {
	if (view.isWhole) return true;
	// Where no times show how it is sorted, the start can be on any page.
	if (view.order !== 'newestFirst') return false;
	return view.oldestAt !== undefined && view.oldestAt < sentAt - CLOCK_SKEW_MS;
}

function mustShow(view: ListView, { sentAt }: KnownRun): boolean {
	if (!view.isFound) return false;
	const isNewer = view.oldestAt !== undefined && view.oldestAt < sentAt - CLOCK_SKEW_MS;
	return view.isWhole || (view.order === 'newestFirst' && isNewer);
}
