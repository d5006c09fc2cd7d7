import type { NodeExecutionHint } from 'n8n-workflow';
import type { SpentCredits } from '../../runs';
import { info, plural, type Result, type RunInfo } from '../../shared/operations';

/**
 * What the runs cost that an operation has started or waited for, each run once, however often items were retried.
 *
 * Runs that earlier tries of the node's turn have started were paid for by this execution too, also those that failed and
 * were started again. What another execution or another turn (a loop) has started is reused at no cost.
 */
export class UsedCredits {
	private readonly runs = new Map<string, RunInfo>();
	private readonly startedBefore: Set<string>;

	/** @param spent what the turn's runs have cost; also those to come, as the tries change it */
	constructor(private readonly spent: SpentCredits = {}) {
		this.startedBefore = new Set(Object.keys(spent));
	}

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
		const paid = [...runs.filter(({ isReused }) => !isReused), ...this.replaced()];
		const unfinished = paid.filter(({ isUnfinished }) => isUnfinished);
		const ended = paid.filter(({ isUnfinished }) => !isUnfinished);
		const known = ended.filter(({ credits }) => typeof credits === 'number');
		const total = known.reduce((sum, { credits }) => sum + (credits ?? 0), 0);
		const unknown = ended.length - known.length;
		const parts = [
			total > 0 && this.describeUsed(known, total),
			reused.length > 0 && `${reused.length} reused, 0 credits`,
			unfinished.length > 0 && `${unfinished.length} still running`,
		].filter((part) => part !== false);
		if (parts.length > 0 && unknown > 0) parts.push(`${unknown} of unknown cost`);
		return parts.length > 0 ? [info(`Copy.ai: ${parts.join('; ')}.`)] : [];
	}

	/** Runs of earlier tries that failed, so that others were started in their place. */
	private replaced(): RunInfo[] {
		return Object.entries(this.spent)
			.filter(([runId]) => !this.runs.has(runId))
			.map(([runId, { credits }]) => ({ runId, credits }));
	}

	private describeUsed(runs: RunInfo[], total: number): string {
		const before = runs.filter(({ runId }) => runId && this.startedBefore.has(runId)).length;
		// Adding fractions gives more digits than they have.
		const credits = plural(Number(total.toFixed(6)), 'credit', 'credits');
		return `${plural(runs.length, 'run', 'runs')} used ${credits}${before > 0 ? ` (${before} before this retry)` : ''}`;
	}
}
