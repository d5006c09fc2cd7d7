import { BudgetWait } from './budgetWait';
import { EqualRuns } from './equalRuns';
import type { PlannedStart } from './plannedStarts';
import type { SenderDeps } from './sendStart';
import type { StartJob } from './startRecords';
import type { StartOutcome } from './types';

/**
 * What a start passes before it is sent, once it is sure that its key has no run:
 *
 *     start ─ a run with equal values? (EqualRuns) ─ no ─▶ room in the budget? (BudgetWait) ─ yes ─▶ send
 *                  └ yes ─▶ reused                              └ no, and no run in progress ─▶ overBudget
 */
export class StartGate<TRequest, TRun, TError> {
	private readonly equalRuns: EqualRuns<TRequest, TRun, TError>;
	private readonly budget?: BudgetWait<TRequest, TRun, TError>;

	constructor(deps: SenderDeps<TRequest, TRun, TError>) {
		this.equalRuns = new EqualRuns(deps);
		this.budget = deps.costs && new BudgetWait(deps, deps.costs);
	}

	/** Takes note of all starts before the first of them. */
	expect(starts: Array<PlannedStart<StartJob<TRequest>>>): void {
		this.equalRuns.expect(starts.flatMap(({ jobs }) => jobs));
	}

	async pass(
		start: PlannedStart<StartJob<TRequest>>,
		send: () => Promise<StartOutcome<TRun, TError>>,
	): Promise<StartOutcome<TRun, TError>> {
		const [job] = start.jobs;
		const sendWithin = async () => await this.sendWithinBudget(start, send);
		return await this.equalRuns.useOr(job, sendWithin);
	}

	private async sendWithinBudget(
		start: PlannedStart<StartJob<TRequest>>,
		send: () => Promise<StartOutcome<TRun, TError>>,
	): Promise<StartOutcome<TRun, TError>> {
		const { creditBudget } = start.jobs[0];
		if (creditBudget === undefined || !this.budget) return await send();
		return await this.budget.send(start, creditBudget, send);
	}
}
