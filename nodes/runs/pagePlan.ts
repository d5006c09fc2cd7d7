/** The most runs one page can hold. */
export const MAX_PAGE_SIZE = 100;

/** List pages to read, each of `size` runs. */
export interface PagePlan {
	/** From 1, in order. */
	numbers: number[];
	size: number;
}

/**
 * The list pages that show all of these runs, if that is fewer requests than one per run; else nothing.
 * `[0, 1]` gives `{ numbers: [1], size: 5 }`; `[0]` and `[5, 160]` give nothing.
 *
 * @param indexes the index that each run most likely has in the list, from 0, newest first
 */
export function planPages(indexes: number[]): PagePlan | undefined {
	const lowest = Math.max(...indexes);
	// A margin for runs that others started meanwhile; a small one, as pages hold whole outputs.
	const size = Math.min(MAX_PAGE_SIZE, Math.ceil(lowest * 1.1) + 3);
	const numbers = [...new Set(indexes.map((index) => Math.floor(index / size) + 1))];
	return numbers.length < indexes.length
		? { numbers: numbers.sort((one, other) => one - other), size }
		: undefined;
}

/** A plan in the debug log, or that there is none. @param due how many runs it is for */
export function describePlan(workflowId: string, due: number, plan?: PagePlan): string {
	const how = plan
		? `page ${plan.numbers.join(', ')} of the list, ${plan.size} runs each`
		: 'each run by itself';
	return `workflow ${workflowId}: due runs: ${due}, reading ${how}`;
}
