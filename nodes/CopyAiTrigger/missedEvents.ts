import type { IDataObject, ITriggerFunctions } from 'n8n-workflow';
import { endpoints, type CopyAiRun, type WebhookEvent } from '../CopyAi/api';
import { clock, redactData } from '../shared/http';
import {
	type CatchUpSource,
	type CatchUpState,
	deriveToken,
	digestToken,
	eventKey,
	ExecutionStarter,
	type ListedRun,
	MAX_SEEN,
	mergeSeen,
	mergeWorkflows,
	readState,
	type RecentEvents,
	recentEvents,
	type RunEvent,
} from '../shared/trigger';
import { nameOf } from './delivery';
import { isEditorRun, toRunItem } from './items';
import { listRuns } from './listedRuns';
import { createLog, type Log } from './log';
import { OwnWebhook } from './ownWebhook';
import type { Settings } from './settings';
import { verifyEvent } from './verify';

/** How long what n8n handed over at the start is new enough, ms. */
const FRESH_MS = 60_000;

/** Starts executions for events without a delivery: those that were missed, and those that are confirmed late. */
export class MissedEvents implements CatchUpSource {
	readonly events: readonly string[];
	private readonly token: string;
	private readonly recent: RecentEvents;
	private readonly starter: ExecutionStarter;
	private readonly webhook: OwnWebhook;
	/** Whether the webhook can be reached, so that static data can be saved after an execution is stored. */
	private canSave = false;
	/** Events are started one after the other: a kill then finds one at most that may have started or not. */
	private turn: Promise<unknown> = Promise.resolve();
	private readonly log: Log;
	private readonly data: IDataObject;
	private readonly startedAt = clock.now();
	private handled: Set<string>;
	/** Events that don't start anything, by key. */
	private readonly ignored = new Set<string>();

	constructor(
		private readonly context: ITriggerFunctions,
		private readonly settings: Settings,
		apiKey: string,
		private readonly signal: AbortSignal,
	) {
		this.events = settings.events;
		this.data = context.getWorkflowStaticData('node');
		const { salt = '', seen } = readState(this.data);
		this.token = deriveToken(salt, apiKey);
		this.recent = recentEvents(digestToken(this.token));
		this.starter = new ExecutionStarter(context, clock);
		this.webhook = new OwnWebhook(context, this.token, apiKey);
		this.log = createLog(context, [this.token]);
		this.handled = new Set(seen);
		this.recent.startLate = this.startLate;
	}

	/** Starts nothing more. */
	close(): void {
		if (this.recent.startLate === this.startLate) this.recent.startLate = undefined;
	}

	get state(): CatchUpState | undefined {
		return readState(this.data).catchUp;
	}

	forgetBefore(since: number, open: string[]): void {
		const { state } = this;
		if (state) this.data.catchUp = { ...state, since, open };
	}

	workflows(): string[] {
		const { workflowId } = this.settings;
		return workflowId ? [workflowId] : mergeWorkflows(readState(this.data).workflows, this.recent);
	}

	async listRuns(workflowId: string, page: number): Promise<ListedRun[] | undefined> {
		return await listRuns(await endpoints(this.context), workflowId, page);
	}

	isSeen(key: string): boolean {
		return this.recent.started.has(key) || this.handled.has(key) || this.ignored.has(key);
	}

	warn(text: string): void {
		this.log('warn', text);
	}

	/** Without an answer, what this process knows is enough if it has just started, or if deliveries arrive in it. */
	async refresh(): Promise<boolean> {
		const shared = await this.webhook.ask();
		this.canSave = shared !== undefined;
		if (!shared) {
			const isEnough = this.recent.isReceiving || clock.now() < this.startedAt + FRESH_MS;
			if (!isEnough) {
				this.warn(
					"couldn't reach its own webhook to see whether events were missed. They are caught up when n8n starts again.",
				);
			}
			return isEnough;
		}
		this.remember([...readState(this.data).seen, ...shared.seen]);
		const workflows = [...readState(this.data).workflows, ...shared.workflows];
		this.data.workflows = mergeWorkflows([...new Set(workflows)], this.recent);
		return true;
	}

	async start({ event, runId, workflowId }: RunEvent): Promise<boolean> {
		await this.starter.whenFree();
		const api = await endpoints(this.context);
		const reported = { event: event as WebhookEvent, workflowId, runIds: [runId] };
		const verification = await verifyEvent(api, clock, reported);
		if (verification.kind === 'contradicted') return this.ignore(eventKey(event, runId));
		if (verification.kind !== 'confirmed' || this.signal.aborted) return false;
		const { run } = verification;
		if (!this.settings.includeEditorRuns && isEditorRun(run)) {
			return this.ignore(eventKey(event, runId));
		}
		const started = this.turn.then(async () => await this.emit(reported.event, run));
		this.turn = started.catch(() => undefined);
		return await started;
	}

	async save(): Promise<void> {
		await this.webhook.save();
	}

	private readonly startLate = async (event: RunEvent): Promise<boolean> => {
		const isSettled = (await this.refresh()) && (await this.start(event));
		await this.save();
		return isSettled;
	};

	/**
	 * Starts an execution. n8n saves static data at the same time, so what it holds by then are the events before this one:
	 * killed now, n8n doesn't lose the event, but may start it twice. Where nothing could be saved later, it already holds
	 * this one: otherwise each restart would start it again.
	 *
	 * @returns whether n8n has stored the execution
	 */
	private async emit(event: WebhookEvent, run: CopyAiRun): Promise<boolean> {
		const key = eventKey(event, run.id);
		if (this.isSeen(key)) return true;
		const begun = this.recent.markStarting(key, run.workflowId, !this.canSave);
		this.remember(readState(this.data).seen);
		const name = nameOf({ event, runIds: [run.id] });
		this.log('info', `started an execution for ${name}: the event was missed`);
		const json = redactData(toRunItem(event, run, true, this.settings), [this.token]);
		const { context } = this;
		const executionKey = [context.getWorkflow().id, context.getNode().id, key].join(':');
		const isStored = await this.starter.start({ json }, executionKey, begun);
		if (isStored) {
			this.recent.markStored(key);
			this.webhook.add(key);
		} else {
			this.recent.markFailed(key);
			this.warn(`couldn't start an execution for ${name}. It is tried again.`);
		}
		return isStored;
	}

	private ignore(key: string): true {
		if (this.ignored.size >= MAX_SEEN) this.ignored.clear();
		this.ignored.add(key);
		return true;
	}

	private remember(seen: string[]): void {
		const merged = mergeSeen([...new Set(seen)], this.recent);
		this.data.seen = merged;
		this.handled = new Set(merged);
	}
}
