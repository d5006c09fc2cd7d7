import type { IDataObject, NodeExecutionHint } from 'n8n-workflow';
import type { ExecutionCosts } from '../../runs';
import { type BudgetedItem, shownCredits } from './creditBudget';
import { ParameterError } from './errors';
import { info, plural } from './hints';
import { toExactNumber } from './numbers';
import type { ParsedItem } from './types';

const HOUR_MS = 3_600_000;

/**
 * @returns how old a run may be to be used again, ms; nothing without the option, or for 0
 * @throws ParameterError for anything but a number of hours
 */
export function readReuseWithin(options: IDataObject): number | undefined {
	if (!('reuseWithin' in options)) return undefined;
	const hours = toExactNumber(options.reuseWithin);
	if (hours !== undefined && hours >= 0) return hours === 0 ? undefined : hours * HOUR_MS;
	throw new ParameterError(
		"'Reuse Runs Within (Hours)' must be 0 or more",
		'Enter a number of hours, or remove the option to start a new run for each item.',
	);
}

/** What came of an item's start, as far as a user may want to know it. */
interface StartedItem {
	isEqual?: boolean;
	isUncompared?: boolean;
}

/** What a node's starts leave to be said about them above the output. */
export class StartReport {
	private readonly equal = new Set<number>();
	private readonly uncompared = new Set<number>();
	private budget?: string;

	add(item: number, { isEqual, isUncompared }: StartedItem): void {
		if (isEqual) this.equal.add(item);
		if (isUncompared) this.uncompared.add(item);
	}

	/** Notes what the runs have cost; called when they have ended. */
	setBudget(costs: ExecutionCosts, items: Array<ParsedItem<BudgetedItem>>): void {
		const [{ value }] = items;
		const open = costs.expectedOpen ?? 0;
		const expected = costs.expected(value.workflowId);
		this.budget = [
			`Credit budget: ${shownCredits(costs.used)} of ${value.creditBudget} credits used by ${plural(costs.usedBy, 'run', 'runs')}.`,
			open > 0 && ` ${shownCredits(open)} more are expected for unfinished runs.`,
			expected !== undefined && ` A run is expected to use ${shownCredits(expected)}.`,
		]
			.filter(Boolean)
			.join('');
	}

	/** @param items how many there were */
	hints(items: number): NodeExecutionHint[] {
		const { equal, uncompared, budget } = this;
		const hints: NodeExecutionHint[] = [];
		if (equal.size > 0) {
			hints.push(
				info(
					`${equal.size} of ${plural(items, 'item', 'items')} reused a run with the same values, at no further cost.`,
				),
			);
		}
		if (uncompared.size > 0) {
			hints.push(
				info(
					`For ${plural(uncompared.size, 'item', 'items')} a new run was started, although not all recent runs could be compared: their list doesn't show what they were started with.`,
				),
			);
		}
		if (budget) hints.push(info(budget));
		return hints;
	}
}
