import type { IExecuteFunctions, INodeExecutionData, NodeExecutionHint } from 'n8n-workflow';
import type { RunSnapshot } from '../../runs';
import {
	forEachItem,
	info,
	type ParsedItem,
	type Result,
	type RunInfo,
	type ServiceAdapter,
	toNodeOutput,
	toWaitedResult,
	type WaitedRun,
	type WaitOptions,
} from '../operations';
import { handOver } from './handOver';
import { isOpen, pollOnce, storableRun } from './pollOnce';
import { Rounds } from './rounds';
import type { AsleepRun, SleepClient } from './types';

/** A run that is waited for after the minute, and what it was polled with. */
interface Entry<TRun, TFormat> {
	run: AsleepRun<TRun, TFormat>;
	client: SleepClient<TRun, TFormat>;
}

/**
 * Waits for the runs of a node: about a minute in the process, and for those that take longer in n8n's database.
 *
 *     started ──> polled for a minute ──┬── all over ────> output
 *                                       └── some aren't ─> helper execution ──> its output is the node's
 */
export class Sleeper<TRun extends WaitedRun, TFormat> {
	/** By item. */
	private readonly asleep = new Map<number, Entry<TRun, TFormat>>();
	private rounds?: Rounds;
	private isRefused = false;

	/**
	 * @param formatOf how an item is output: no more than that
	 * @param concurrency requests in flight at once
	 */
	constructor(
		private readonly context: IExecuteFunctions,
		private readonly text: ServiceAdapter<TRun, TFormat>,
		private readonly formatOf: (value: TFormat) => TFormat,
		private readonly concurrency: number,
	) {}

	/** Waits for a run as long as the node is awake. @returns `asleep` for a run that isn't over by then */
	async wait(
		client: SleepClient<TRun, TFormat>,
		entry: ParsedItem<WaitOptions & TFormat>,
		id: string,
		{ snapshot, ...start }: { snapshot?: RunSnapshot<TRun> } & RunInfo = {},
		onEnd?: (run: TRun) => void,
	): Promise<Result> {
		const { clock, limiter } = client;
		const run = this.toRun(entry, id, start, clock.now());
		client.poller.addToOrder({ workflowId: entry.value.workflowId, id });
		this.rounds ??= new Rounds(clock, limiter);
		let outcome = snapshot ? await pollOnce(client, run, snapshot) : undefined;
		while (!this.rounds.areOver && (!outcome || isOpen(outcome, run, clock.now()))) {
			await this.rounds.untilNext();
			outcome = await pollOnce(client, run);
		}
		if (outcome && !isOpen(outcome, run, clock.now())) {
			if (outcome.kind === 'completed' || outcome.kind === 'failed') onEnd?.(outcome.run);
			return toWaitedResult(this.text, run, outcome, start);
		}
		const lastSeen = outcome && 'run' in outcome ? storableRun(outcome.run) : undefined;
		this.asleep.set(run.item, { run: { ...run, lastSeen }, client });
		const { workflowId } = entry.value;
		return {
			item: run.item,
			unfinished: 'asleep',
			run: { ...start, runId: id, workflowId, status: lastSeen?.status, isUnfinished: true },
		};
	}

	private toRun(
		{ item, value }: ParsedItem<WaitOptions & TFormat>,
		id: string,
		start: RunInfo,
		now: number,
	): AsleepRun<TRun, TFormat> {
		const { workflowId, timeout, onTimeout, onFailedRun } = value;
		return {
			item,
			id,
			value: { workflowId, timeout, onTimeout, onFailedRun, ...this.formatOf(value) },
			start,
			startedAt: now,
			deadline: now + timeout * 1000,
		};
	}

	/** The node's output; if runs are left, the execution goes to sleep, and n8n puts out what the helper does. */
	async finish(results: Result[]): Promise<INodeExecutionData[]> {
		const isStopped = this.context.getExecutionCancelSignal()?.aborted === true;
		if (this.asleep.size === 0 || isStopped) return toNodeOutput(this.context, this.text, results);
		const runs = [...this.asleep.values()].map(({ run }) => run);
		const output = await handOver(this.context, this.text, runs, results, this.concurrency);
		if (output) return output;
		this.isRefused = true;
		return toNodeOutput(this.context, this.text, await this.stayAwake(results));
	}

	/** Waits for the rest in the process, as n8n could not start the helper. */
	private async stayAwake(results: Result[]): Promise<Result[]> {
		const entries = [...this.asleep.values()].map((value) => ({ item: value.run.item, value }));
		const waited = await forEachItem(entries, async ({ value: { run, client } }) => {
			const timeoutMs = Math.max(1, run.deadline - client.clock.now());
			const target = { workflowId: run.value.workflowId, id: run.id, timeoutMs };
			const outcome = await client.poller.waitForFinish(target);
			return toWaitedResult(this.text, run, outcome, run.start);
		});
		return [...results.filter(({ item }) => !this.asleep.has(item)), ...waited];
	}

	hints(): NodeExecutionHint[] {
		return this.isRefused ? [awakeHint("n8n couldn't start the execution that waits.")] : [];
	}
}

/** @param reason a sentence */
export function awakeHint(reason: string): NodeExecutionHint {
	return info(`'Sleep While Waiting' was left out, and the node waited as usual. ${reason}`);
}
