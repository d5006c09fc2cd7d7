import { truncate } from '../http';
import type { ItemError } from './errors';

/** How long the only cause may be, characters. */
const MAX_ONLY_CAUSE_LENGTH = 300;
/** How long one of several causes may be, characters. */
const MAX_CAUSE_LENGTH = 150;
/** How many ranges of items are named for one cause. */
const MAX_RANGES = 4;

/**
 * What happened to several items, each cause once: `3 of 50 runs failed: No credits (items 0 and 1); Timed out (item 7)`.
 *
 * @param total how many items there were
 * @param maxLength characters; causes that don't fit are counted
 */
export function describeCauses(errors: ItemError[], total: number, maxLength: number): string {
	const what = errors.every(({ runFailure }) => runFailure !== undefined) ? 'runs' : 'items';
	const byCause = [...itemsByCause(errors)];
	const length = byCause.length === 1 ? MAX_ONLY_CAUSE_LENGTH : MAX_CAUSE_LENGTH;
	const causes = byCause.map(
		([cause, items]) => `${truncate(cause.replace(/\.$/, ''), length)} (${listItems(items)})`,
	);
	const text = (shown: number) => {
		const left = causes.length - shown;
		const more = left > 0 ? `; and ${left} more ${left === 1 ? 'cause' : 'causes'}` : '';
		return `${errors.length} of ${total} ${what} failed: ${causes.slice(0, shown).join('; ')}${more}`;
	};
	let shown = causes.length;
	while (shown > 1 && text(shown).length > maxLength) shown -= 1;
	return truncate(text(shown), maxLength);
}

function itemsByCause(errors: ItemError[]): Map<string, number[]> {
	const byCause = new Map<string, number[]>();
	for (const error of errors) {
		const cause = causeOf(error);
		const items = byCause.get(cause);
		if (items) items.push(error.item);
		else byCause.set(cause, [error.item]);
	}
	return byCause;
}

/** What happened, without the ids that make it another text for each item. */
function causeOf({ message, runFailure, run }: ItemError): string {
	const { runId, startKey } = run ?? {};
	const text = runFailure ?? message;
	const withoutRun = runId ? text.replaceAll(` ${runId}`, '') : text;
	return startKey ? withoutRun.replaceAll(` (start key ${startKey})`, '') : withoutRun;
}

/** @example [0, 1, 2, 5]: `items 0 to 2 and 5` */
function listItems(items: number[]): string {
	if (items.length === 1) return `item ${items[0]}`;
	const ranges = rangesOf([...items].sort((one, other) => one - other));
	const shown = ranges.slice(0, MAX_RANGES);
	if (ranges.length > MAX_RANGES) return `items ${shown.join(', ')} and others`;
	const before = shown.slice(0, -1).join(', ');
	return `items ${before ? `${before} and ` : ''}${shown[shown.length - 1]}`;
}

/** @example [0, 1, 2, 5, 6]: `0 to 2`, `5`, `6` */
function rangesOf(sorted: number[]): string[] {
	const ranges: number[][] = [];
	for (const item of sorted) {
		const last = ranges.at(-1);
		if (last && item === last[last.length - 1] + 1) last.push(item);
		else ranges.push([item]);
	}
	return ranges.flatMap((range) =>
		range.length > 2 ? [`${range[0]} to ${range[range.length - 1]}`] : range.map(String),
	);
}
