import type { IDataObject, ITriggerFunctions } from 'n8n-workflow';
import { endpoints, type CopyAiRun, type WebhookEvent } from '../CopyAi/api';
import { clock, redactData } from '../shared/http';
import {
	askProcesses,
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
import type { Settings } from './settings';
import { verifyEvent } from './verify';

/** How long what n8n handed over at the start is new enough, ms. */
const FRESH_MS = 60_000;
/** How long the trigger's own webhook may take to answer, ms. */
const QUESTION_TIMEOUT_MS = 10_000;

/** Starts executions for events without a delivery: those that were missed, and those that are confirmed late. */
export class MissedEvents implements CatchUpSource {
	readonly events: readonly string[];
	private readonly token: string;
	private readonly recent: RecentEvents;
	private readonly starter: ExecutionStarter;
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
		const shared = await askProcesses(async (body) => await this.ask(body as IDataObject));
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
		const api = await endpoints(this.context);
		const reported = { event: event as WebhookEvent, workflowId, runIds: [runId] };
		const verification = await verifyEvent(api, clock, reported);
		if (verification.kind === 'contradicted') return this.ignore(eventKey(event, runId));
		if (verification.kind !== 'confirmed' || this.signal.aborted) return false;
		const { run } = verification;
		if (!this.settings.includeEditorRuns && isEditorRun(run)) {
			return this.ignore(eventKey(event, runId));
		}
		await this.emit(reported.event, run);
		return true;
	}

	private readonly startLate = async (event: RunEvent): Promise<boolean> => {
		return (await this.refresh()) && (await this.start(event));
	};

	private async emit(event: WebhookEvent, run: CopyAiRun): Promise<void> {
		const key = eventKey(event, run.id);
		if (this.isSeen(key)) return;
		this.recent.markStarted([key], run.workflowId);
		// n8n saves static data when something is emitted.
		this.remember(readState(this.data).seen);
		this.log(
			'info',
			`started an execution for ${nameOf({ event, runIds: [run.id] })}: the event was missed`,
		);
		const json = redactData(toRunItem(event, run, true, this.settings), [this.token]);
		await this.starter.start({ json });
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

	private async ask(body: IDataObject): Promise<unknown> {
		const { url } = readState(this.data);
		return await this.context.helpers.httpRequest({
			method: 'POST',
			url: url ?? '',
			qs: { token: this.token },
			body,
			json: true,
			timeout: QUESTION_TIMEOUT_MS,
			disableFollowRedirect: true,
		});
	}
}
