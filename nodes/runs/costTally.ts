/** How many past runs count, however many are known: the execution's own runs show better what its runs cost. */
const PAST_WEIGHT = 10;

/** Costs by run, and their sum. */
class Costs {
	sum = 0;
	private readonly byRun = new Map<string, number>();

	get count(): number {
		return this.byRun.size;
	}

	set(runId: string, credits: number): void {
		this.delete(runId);
		this.byRun.set(runId, credits);
		this.sum += credits;
	}

	delete(runId: string): void {
		this.sum -= this.byRun.get(runId) ?? 0;
		this.byRun.delete(runId);
	}
}

/** What the runs of one workflow have cost, in credits, and what its next one is expected to cost. */
export class CostTally {
	private readonly past = new Costs();
	private readonly own = new Costs();

	/** @param isOwn whether the execution has started the run */
	set(runId: string, credits: number, isOwn: boolean): void {
		this.delete(runId);
		(isOwn ? this.own : this.past).set(runId, credits);
	}

	delete(runId: string): void {
		this.past.delete(runId);
		this.own.delete(runId);
	}

	/**
	 * The mean of the execution's own runs and of past ones, which together count as no more than PAST_WEIGHT runs.
	 * Nothing if no cost is known.
	 *
	 * @example 100 past runs of 2 credits, and 10 own ones of 4: 3
	 */
	get expected(): number | undefined {
		const { past, own } = this;
		const weight = Math.min(past.count, PAST_WEIGHT);
		if (weight + own.count === 0) return undefined;
		const pastSum = past.count > 0 ? (past.sum / past.count) * weight : 0;
		return Math.max(0, (pastSum + own.sum) / (weight + own.count));
	}
}
