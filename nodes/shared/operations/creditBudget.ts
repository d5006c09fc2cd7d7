import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { ExecutionCosts, type SpentCredits, type StartRecord } from '../../runs';
import type { ServiceText } from '../serviceText';
import { ParameterError } from './errors';
import { getExecutionState, getOtherTurns } from './executionState';
import { plural } from './hints';
import { toExactNumber } from './numbers';
import { spentCredits } from './ownRuns';
import type { Result } from './results';
import type { ParsedItem } from './types';

/** What an item has to do with a budget. */
export interface BudgetedItem {
	workflowId: string;
	/** Credits. */
	creditBudget?: number;
}

/**
 * @returns the credits that the runs of this execution may cost; nothing without the option
 * @throws ParameterError for anything but a number: an expression that resolves to nothing is no budget
 */
export function readCreditBudget(options: IDataObject): number | undefined {
	if (!('creditBudget' in options)) return undefined;
	const budget = toExactNumber(options.creditBudget);
	if (budget !== undefined && budget >= 0) return budget;
	throw new ParameterError(
		"'Credit Budget' must be 0 or more",
		'Enter a number of credits, or remove the option to start runs without a budget.',
	);
}

/** @returns what this execution's runs have cost so far; nothing if no item has a budget */
export function executionCosts(
	context: IExecuteFunctions,
	{ limiter }: { limiter: { concurrency: number } },
	items: Array<ParsedItem<BudgetedItem>>,
): ExecutionCosts | undefined {
	if (items.every(({ value }) => value.creditBudget === undefined)) return undefined;
	return new ExecutionCosts({
		spent: spentCredits(context),
		otherSpent: getOtherTurns<SpentCredits>(context, 'credits'),
		records: [
			...getOtherTurns<StartRecord[]>(context, 'starts').flat(),
			...getExecutionState<StartRecord[]>(context, 'starts', []),
		],
		maxRunning: limiter.concurrency,
	});
}

/**
 * Says for items without room in the budget why they were not started: each with continue-on-error, else the first for
 * all of them.
 */
export function withBudgetErrors(
	context: IExecuteFunctions,
	text: ServiceText,
	costs: ExecutionCosts,
	items: Array<ParsedItem<BudgetedItem>>,
	results: Result[],
): Result[] {
	const values = new Map(items.map(({ item, value }) => [item, value]));
	const isOver = (result: Result) =>
		'unfinished' in result && ['reached', 'costUnknown'].includes(result.unfinished);
	const over = results.filter(isOver).sort((one, other) => one.item - other.item);
	const described = context.continueOnFail() ? over : over.slice(0, 1);
	return results.map((result) => {
		if (!described.includes(result)) return result;
		const { item } = result;
		const value = values.get(item)!;
		const isUnknown = 'unfinished' in result && result.unfinished === 'costUnknown';
		return {
			item,
			message: isUnknown
				? `Credit budget of ${value.creditBudget} can't be kept: ${text.name} doesn't show what runs of workflow ${value.workflowId} cost, ${notStarted(over)}`
				: reachedMessage(costs, value, over),
			description: `Raise 'Credit Budget' or remove it, and retry: runs that were started are reused, and only the other items are started.`,
		};
	});
}

function reachedMessage(
	costs: ExecutionCosts,
	{ workflowId, creditBudget = 0 }: BudgetedItem,
	over: Result[],
): string {
	const { used, usedBy } = costs;
	const open = costs.expectedOpen ?? 0;
	const expected = costs.expected(workflowId);
	return [
		`Credit budget of ${creditBudget} reached: ${shownCredits(used)} used by ${plural(usedBy, 'run', 'runs')}`,
		open > 0 && `, ${shownCredits(open)} expected for unfinished runs`,
		`, ${notStarted(over)}`,
		used < creditBudget &&
			expected !== undefined &&
			`; a run usually uses ${shownCredits(expected)}`,
	]
		.filter(Boolean)
		.join('');
}

function notStarted(over: Result[]): string {
	return `${plural(over.length, 'item', 'items')} not started`;
}

/** Adding fractions gives more digits than they have. */
export function shownCredits(credits: number): string {
	return String(Number(credits.toFixed(2)));
}
