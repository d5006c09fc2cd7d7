import type { NodeExecutionHint } from 'n8n-workflow';
import { info, plural, type Result, type RunInfo } from '../../shared/operations';

/** What the runs cost that an operation has started or waited for, each run once, however often items were retried. */
export class UsedCredits {
	private readonly runs = new Map<string, RunInfo>();

	/** @returns the same results */
	add(results: Result[]): Result[] {
		for (const result of results) {
			const run = 'run' in result ? result.run : undefined;
			if (!run?.runId) continue;
			const before = this.runs.get(run.runId) ?? run;
			// Items can share a run, and a second try reuses what the first one has started.
			this.runs.set(run.runId, { ...run, isReused: before.isReused && run.isReused });
		}
		return results;
	}

	/** Nothing where no run is known to have cost anything. */
	hints(): NodeExecutionHint[] {
		const runs = [...this.runs.values()];
		const reused = runs.filter(({ isReused }) => isReused);
		const unfinished = runs.filter((run) => !run.isReused && run.isUnfinished);
		const paid = runs.filter((run) => !run.isReused && typeof run.credits === 'number');
		const ended = paid.filter((run) => !run.isUnfinished);
		const total = ended.reduce((sum, { credits }) => sum + (credits ?? 0), 0);
		// Adding fractions gives more digits than they have.
		const amount = Number(total.toFixed(6));
		const parts = [
			total > 0 &&
				`${plural(ended.length, 'run', 'runs')} used ${plural(amount, 'credit', 'credits')}`,
			reused.length > 0 && `${reused.length} reused, 0 credits`,
			unfinished.length > 0 && `${unfinished.length} still running`,
		].filter((part) => part !== false);
		return parts.length > 0 ? [info(`Copy.ai: ${parts.join('; ')}.`)] : [];
	}
}
