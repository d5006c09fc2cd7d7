import type { FakeSettings, RunRule, RunStatus } from './settings';

/** A run as the fake keeps it; what the API shows of it is computed when asked for. Times are ms. */
export interface RunRecord {
	/** `WRUN-<uuid>`. */
	id: string;
	workflowId: string;
	input: Record<string, unknown>;
	/** As sent with the start; null when nothing was sent, absent when a seed says so. */
	metadata?: Record<string, unknown> | null;
	startedAt: number;
	/** Infinity (null in JSON) for a run that never ends. */
	endsAt: number;
	end: 'COMPLETE' | 'FAILED' | 'never';
	/** How long the statuses before the end are spread over; also set for runs that never end. */
	durationMs: number;
	retrying: boolean;
	/** Shown once COMPLETE. */
	output: Record<string, unknown>;
	/** Shown once FAILED. */
	error: unknown;
	/** Shown once ended. */
	credits: number;
	/** The status of a seeded run, which stays. */
	fixedStatus?: string;
	/** Shown in place of the true fields. */
	fields?: Record<string, unknown>;
}

/** A past run to put in. Everything has a default; without a status it is COMPLETE. */
export interface RunSeed {
	id?: string;
	workflowId?: string;
	input?: Record<string, unknown>;
	metadata?: Record<string, unknown> | null;
	/** Stays as it is; also one that the API does not know. */
	status?: string;
	output?: Record<string, unknown>;
	error?: unknown;
	/** ISO text, or ms. */
	createdAt?: string | number;
	credits?: number;
	fields?: Record<string, unknown>;
}

export const DEFAULT_WORKFLOW = 'WCFG-00000000-0000-4000-8000-000000000001';
const DEFAULT_ERROR = 'A step failed and its retries are used up';

const newId = () => `WRUN-${crypto.randomUUID()}`;

/** Which runs of a workflow a page shows. */
interface ListSlice {
	from: number;
	size: number;
	hiddenAfter: number;
	isOldestFirst: boolean;
}

/** Runs by workflow, oldest first, so that a page is a slice from the end. */
export class RunStore {
	/** Every run, in the order in which they came in. */
	readonly all: RunRecord[] = [];
	private readonly byId = new Map<string, RunRecord>();
	private readonly byWorkflow = new Map<string, RunRecord[]>();

	get(workflowId: string, runId: string): RunRecord | undefined {
		const run = this.byId.get(runId);
		return run?.workflowId === workflowId ? run : undefined;
	}

	/** Of all runs of a workflow, whether they have ended or not. */
	creditsOf(workflowId: string): number {
		return (this.byWorkflow.get(workflowId) ?? []).reduce((sum, { credits }) => sum + credits, 0);
	}

	find(runId: string): RunRecord | undefined {
		return this.byId.get(runId);
	}

	add(runs: RunRecord[]): void {
		const unsorted = new Set<RunRecord[]>();
		for (const run of runs) {
			this.all.push(run);
			this.byId.set(run.id, run);
			const siblings = this.byWorkflow.get(run.workflowId) ?? [];
			this.byWorkflow.set(run.workflowId, siblings);
			if ((siblings.at(-1)?.startedAt ?? -Infinity) > run.startedAt) unsorted.add(siblings);
			siblings.push(run);
		}
		for (const siblings of unsorted) siblings.sort((a, b) => a.startedAt - b.startedAt);
	}

	/**
	 * Runs younger than `hiddenAfter` (ms time) are not there yet.
	 * @param from how many runs are before these
	 */
	slice(
		workflowId: string,
		{ from, size, hiddenAfter, isOldestFirst }: ListSlice,
	): { total: number; runs: RunRecord[] } {
		const siblings = this.byWorkflow.get(workflowId) ?? [];
		const total = siblings.findLastIndex((run) => run.startedAt <= hiddenAfter) + 1;
		if (isOldestFirst) return { total, runs: siblings.slice(from, Math.min(from + size, total)) };
		const end = Math.max(0, total - from);
		return { total, runs: siblings.slice(Math.max(0, end - size), end).reverse() };
	}
}

export function startedRun(
	workflowId: string,
	input: Record<string, unknown>,
	metadata: Record<string, unknown> | null,
	plan: {
		rule: RunRule | undefined;
		startedAt: number;
		durationMs: number;
		settings: FakeSettings;
	},
): RunRecord {
	const { rule, startedAt, durationMs, settings } = plan;
	const end = rule?.end ?? 'COMPLETE';
	return {
		id: newId(),
		workflowId,
		input,
		metadata,
		startedAt,
		endsAt: end === 'never' ? Infinity : startedAt + durationMs,
		end,
		durationMs,
		retrying: rule?.retrying ?? settings.retrying,
		output: rule?.output ?? defaultOutput(input, settings),
		error: rule?.error ?? DEFAULT_ERROR,
		credits: rule?.credits ?? settings.credits,
		fields: rule?.fields,
	};
}

export function seededRun(seed: RunSeed, now: number, settings: FakeSettings): RunRecord {
	const { status = 'COMPLETE', input = { 'Input 1': 'a past text' } } = seed;
	const ended = status === 'COMPLETE' || status === 'FAILED';
	const startedAt = new Date(seed.createdAt ?? now).getTime();
	return {
		id: seed.id ?? newId(),
		workflowId: seed.workflowId ?? DEFAULT_WORKFLOW,
		input,
		metadata: seed.metadata,
		startedAt,
		endsAt: ended ? startedAt : Infinity,
		end: ended ? status : 'never',
		durationMs: 0,
		retrying: false,
		output: seed.output ?? (status === 'COMPLETE' ? defaultOutput(input, settings) : {}),
		error: seed.error ?? (status === 'FAILED' ? DEFAULT_ERROR : null),
		credits: seed.credits ?? settings.credits,
		fixedStatus: status,
		fields: seed.fields,
	};
}

function defaultOutput(
	input: Record<string, unknown>,
	settings: FakeSettings,
): Record<string, unknown> {
	const sources = Object.values(input).map((value) =>
		typeof value === 'string' ? value : JSON.stringify(value),
	);
	const text = `Made from: ${sources.join(' | ')}`;
	const values = {
		text,
		jsonText: JSON.stringify({ text, sources }),
		array: [text, ...sources],
		object: { text, sources },
		empty: '',
	};
	return settings.outputForm === 'none'
		? {}
		: { [settings.outputName]: values[settings.outputForm] };
}

/** Until which share of the duration each status lasts; RETRYING takes the rest when it shows up at all. */
const NEW_UNTIL = 0.05;
const WAITING_UNTIL = 0.15;
const PROCESSING_UNTIL = 0.75;

export function statusAt(run: RunRecord, now: number): string {
	if (run.fixedStatus !== undefined) return run.fixedStatus;
	if (run.end !== 'never' && now >= run.endsAt) return run.end;
	const share = (now - run.startedAt) / run.durationMs;
	if (share < NEW_UNTIL) return 'NEW';
	if (share < WAITING_UNTIL) return 'WAITING';
	return run.retrying && share >= PROCESSING_UNTIL ? 'RETRYING' : 'PROCESSING';
}

/** The run as the API shows it while it has this status. */
export function presentRun(
	run: RunRecord,
	status: RunStatus | string,
	settings: FakeSettings,
	omits: string[] = [],
): Record<string, unknown> {
	const ended = status === 'COMPLETE' || status === 'FAILED';
	const output = presentOutput(run, status, settings);
	const created = new Date(run.startedAt).toISOString();
	const shown: Record<string, unknown> = {
		id: run.id,
		workflowRunId: run.id,
		workflowId: run.workflowId,
		status,
		input: run.input,
		output,
		result: output,
		metadata: run.metadata,
		createdAt: settings.milliseconds ? created : created.replace(/\.\d+Z$/, 'Z'),
		credits: presentNumber(ended ? run.credits : 0, settings),
		error: status === 'FAILED' || run.fixedStatus !== undefined ? run.error : null,
		toolKey: null,
		...run.fields,
	};
	if (settings.runIdKey === 'id') delete shown.workflowRunId;
	if (settings.runIdKey === 'workflowRunId') delete shown.id;
	if (settings.outputKey === 'output') delete shown.result;
	if (settings.outputKey === 'result') delete shown.output;
	for (const name of [...settings.omits, ...omits]) delete shown[name];
	return shown;
}

/** The run as a list shows it. */
export function presentListed(
	run: RunRecord,
	status: RunStatus | string,
	settings: FakeSettings,
): Record<string, unknown> {
	const shown = presentRun(run, status, settings, settings.listOmits);
	if (!('metadata' in shown) || settings.listMetadata === 'object') return shown;
	const isText = settings.listMetadata === 'text' && run.metadata;
	return { ...shown, metadata: isText ? JSON.stringify(run.metadata) : null };
}

function presentOutput(run: RunRecord, status: string, settings: FakeSettings) {
	if (status === 'COMPLETE' || run.fixedStatus !== undefined) return run.output;
	const isRunning = status === 'PROCESSING' || status === 'RETRYING';
	const [first] = Object.entries(run.output);
	if (!settings.partialOutput || !isRunning || !first) return {};
	const [name, value] = first;
	return { [name]: typeof value === 'string' ? value.slice(0, value.length >> 1) : value };
}

export function presentNumber(value: number, settings: FakeSettings): number | string {
	return settings.numbersAsStrings ? String(value) : value;
}
