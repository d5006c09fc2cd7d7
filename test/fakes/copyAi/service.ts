import {
	type Answer,
	CountedRules,
	type Counts as CountsBy,
	draw,
	empty,
	html,
	type HttpAnswer,
	isObject,
	json,
	type LoggedRequest as LoggedRequestBy,
	matchRoute,
	type Random,
	readBody,
	RequestLog,
	type Route,
	seededRandom,
	type ServiceRequest,
	takeFault,
	takeRunRule,
	TokenBucket,
	underFault,
} from '../core';
import { failure, success } from './answers';
import type { RunRecord, RunSeed } from './runs';
import {
	presentListed,
	presentNumber,
	presentRun,
	RunStore,
	seededRun,
	startedRun,
	statusAt,
} from './runs';
import type {
	Endpoint,
	FakeSettings,
	FaultKind,
	FaultRule,
	RunRule,
	SettingsPatch,
} from './settings';
import { defaultSettings, mergeSettings } from './settings';
import type { Webhook } from './webhooks';
import { presentWebhook, webhookComplaints } from './webhooks';

export type Counts = CountsBy<Endpoint>;
export type LoggedRequest = LoggedRequestBy<Endpoint>;

export interface ServiceOptions {
	/** The service's clock, ms. */
	now?: () => number;
	onRun?: (run: RunRecord) => void;
	onWebhook?: (webhook: Webhook) => void;
}

const DEFAULT_SIZE = 10;
const LARGEST_SIZE = 100;

/** A trailing slash is known of the list of runs only. */
const routes: Array<Route<Endpoint>> = [
	['POST', /^\/api\/workflow\/([^/]+)\/run$/, 'startRun'],
	['GET', /^\/api\/workflow\/([^/]+)\/run\/([^/]+)$/, 'getRun'],
	['GET', /^\/api\/workflow\/([^/]+)\/run\/?$/, 'listRuns'],
	['POST', /^\/api\/webhook$/, 'createWebhook'],
	['GET', /^\/api\/webhook\/([^/]+)$/, 'getWebhook'],
	['GET', /^\/api\/webhook$/, 'listWebhooks'],
	['DELETE', /^\/api\/webhook\/([^/]+)$/, 'deleteWebhook'],
];

interface Call {
	endpoint?: Endpoint;
	/** Decoded ids from the path. */
	ids: string[];
	query: Record<string, string>;
	/** Undefined without a body. */
	body: unknown;
	brokenBody: boolean;
	key: string | undefined;
}

/**
 * The service without sockets and timers: every answer is decided at once, from the settings, the store and
 * the clock. Time that answers take, and deliveries, are the caller's.
 */
export class FakeService {
	readonly now: () => number;
	private readonly initial: FakeSettings;
	private current: FakeSettings;
	private changedAt: number;
	private store = new RunStore();
	private hooks = new Map<string, Webhook>();
	private log = new RequestLog(routes);
	private readonly faultRules = new CountedRules<FaultRule>();
	private readonly runRules = new CountedRules<RunRule>();
	// One generator each, so that a fault more does not change how long runs take.
	private bucket?: TokenBucket;
	private faultRandom!: Random;
	private runRandom!: Random;

	constructor(
		settings: SettingsPatch = {},
		private readonly options: ServiceOptions = {},
	) {
		this.now = options.now ?? (() => Date.now());
		this.initial = mergeSettings(defaultSettings, settings);
		this.current = this.initial;
		this.changedAt = this.now();
		this.reset();
	}

	get settings(): Readonly<FakeSettings> {
		return this.current;
	}

	/** Every run, oldest first as they came in (seeds when they were put in). */
	get runs(): readonly RunRecord[] {
		return this.store.all;
	}

	/** In order of registration. */
	get webhooks(): Webhook[] {
		return [...this.hooks.values()];
	}

	/** Oldest first. */
	get requests(): readonly LoggedRequest[] {
		return this.log.requests;
	}

	get counts(): Readonly<Counts> {
		return this.log.counts;
	}

	/** Merges. Rules of faults and runs that still read the same, at the same place, keep their counters. */
	set(patch: SettingsPatch): void {
		const reseed = patch.seed !== undefined && patch.seed !== this.current.seed;
		this.use(mergeSettings(this.current, patch));
		if (reseed) this.reseed();
	}

	/** Runs, webhooks, log and counters are gone; settings are those given at the start. */
	reset(): void {
		this.store = new RunStore();
		this.hooks = new Map();
		this.log = new RequestLog(routes);
		this.use(this.initial);
		this.faultRules.restart();
		this.runRules.restart();
		this.reseed();
	}

	findRun(runId: string): RunRecord | undefined {
		return this.store.find(runId);
	}

	/** What the API would say of the run now. */
	statusOf(run: RunRecord): string {
		return statusAt(run, this.now());
	}

	/** Number of runs by metadata.n8nStartKey, of the runs that have one. */
	runsByKey(): Map<string, number> {
		const byKey = new Map<string, number>();
		for (const { metadata } of this.runs) {
			const key = metadata?.n8nStartKey;
			if (typeof key === 'string') byKey.set(key, (byKey.get(key) ?? 0) + 1);
		}
		return byKey;
	}

	/** When the last of the runs that end ends, ms; 0 without any. */
	lastRunEnd(): number {
		return this.runs.reduce(
			(last, { endsAt }) => (Number.isFinite(endsAt) ? Math.max(last, endsAt) : last),
			0,
		);
	}

	/** Puts past runs in; nothing is delivered for them. */
	seedRuns(seeds: RunSeed[]): RunRecord[] {
		const runs = seeds.map((seed) => seededRun(seed, this.now(), this.current));
		this.store.add(runs);
		return runs;
	}

	answer(request: ServiceRequest): Answer {
		const call = readCall(request);
		const { endpoint } = call;
		const fault = endpoint && this.faultFor(endpoint, call);
		const isTaken = this.bucket?.take(this.now()) ?? true;
		const answer = isTaken
			? underFault(fault, this.current, () => this.perform(call))
			: this.refused();

		const { method, path, body } = request;
		const { query } = call;
		this.log.add({ endpoint, method, path, query, at: this.now(), fault, body }, answer);
		return answer;
	}

	private refused(): HttpAnswer {
		const { rateLimit, retryAfter } = this.current;
		return empty(429, rateLimit?.saysWhen ? { 'retry-after': retryAfter } : {});
	}

	private use(settings: FakeSettings): void {
		this.current = settings;
		this.bucket = settings.rateLimit ? new TokenBucket(settings.rateLimit) : undefined;
		this.changedAt = this.now();
		this.faultRules.load(settings.faults);
		this.runRules.load(settings.runRules);
	}

	private reseed(): void {
		this.faultRandom = seededRandom(this.current.seed);
		this.runRandom = seededRandom(~this.current.seed);
	}

	private faultFor(endpoint: Endpoint, { body }: Call): FaultKind | undefined {
		if (this.current.faults.length === 0) return undefined;
		const input = endpoint === 'startRun' && isObject(body) ? body.startVariables : undefined;
		const sinceChange = this.now() - this.changedAt;
		const call = { endpoint, inputText: JSON.stringify(input), sinceChange };
		return takeFault(this.faultRules, call, this.faultRandom, ({ inputContains }) => inputContains);
	}

	private perform(call: Call): HttpAnswer {
		const { redirectTo, forbidden, apiKey } = this.current;
		if (redirectTo !== null) return empty(307, { location: redirectTo });
		if (forbidden) return this.denied(403, 'FORBIDDEN');
		if (call.key !== apiKey) return this.denied(401, 'UNAUTHORIZED');
		if (call.brokenBody) return json(400, {});
		return call.endpoint ? this[call.endpoint](call) : notFound();
	}

	private startRun({ ids: [workflowId], body }: Call): HttpAnswer {
		if (!this.hasWorkflow(workflowId)) return notFound();
		const { startVariables, metadata = null } = isObject(body) ? body : {};
		if (!isObject(startVariables)) return invalid({ startVariables: ['Must be an object'] });
		if (metadata !== null && !isObject(metadata))
			return invalid({ metadata: ['Must be an object'] });
		const settings = this.current;
		if (settings.invalid) return invalid(settings.invalid);
		const isLimitReached = this.store.creditsOf(workflowId) >= (settings.creditLimit ?? Infinity);
		if (settings.refuseStarts === 'creditLimit' || isLimitReached)
			return failure(400, 'WORKFLOW_CREDIT_LIMIT_REACHED');
		if (settings.refuseStarts === 'empty400') return json(400, {});

		const rule = this.ruleFor(startVariables);
		const run = startedRun(workflowId, startVariables, metadata, {
			rule,
			startedAt: this.now(),
			durationMs: draw(rule?.durationMs ?? settings.durationMs, this.runRandom),
			settings,
		});
		this.store.add([run]);
		this.options.onRun?.(run);
		return success({ id: run.id });
	}

	private getRun({ ids: [workflowId, runId] }: Call): HttpAnswer {
		const run = this.hasWorkflow(workflowId) ? this.store.get(workflowId, runId) : undefined;
		const isSeed = run?.fixedStatus !== undefined;
		if (!run || (!isSeed && this.now() < run.startedAt + this.current.notFoundForMs)) {
			return this.runNotFound();
		}
		return success(presentRun(run, this.statusOf(run), this.current));
	}

	private listRuns({ ids: [workflowId], query }: Call): HttpAnswer {
		const settings = this.current;
		const { unlistedForMs, pageCap, shortPage } = settings;
		if (!this.hasWorkflow(workflowId) || settings.listsGone) return this.runNotFound();
		if (settings.listsEmpty) return success({ total: presentNumber(0, settings), data: [] });
		const page = pageOf(query, 1);
		const size = Math.min(sizeOf(query), pageCap);
		const { total, runs } = this.store.slice(workflowId, {
			from: (page - 1) * size - (shortPage > 0 && page > shortPage ? 1 : 0),
			size: page === shortPage ? size - 1 : size,
			hiddenAfter: unlistedForMs > 0 ? this.now() - unlistedForMs : Infinity,
			isOldestFirst: settings.listOrder === 'oldestFirst',
		});
		return success({
			total: presentNumber(total + settings.totalOffset, settings),
			data: runs.map((run) => presentListed(run, this.statusOf(run), settings)),
		});
	}

	private createWebhook({ body }: Call): HttpAnswer {
		const fields = isObject(body) ? body : {};
		const complaints = webhookComplaints(fields);
		if (Object.keys(complaints).length > 0) return invalid(complaints);
		const { url, eventType, workflowId } = fields as Omit<Webhook, 'id'>;
		if (workflowId !== undefined && !this.hasWorkflow(workflowId)) return notFound();
		const webhook: Webhook = { id: crypto.randomUUID(), url, eventType };
		if (workflowId !== undefined) webhook.workflowId = workflowId;
		this.hooks.set(webhook.id, webhook);
		this.options.onWebhook?.(webhook);
		return success(presentWebhook(webhook, this.current));
	}

	private getWebhook({ ids: [id] }: Call): HttpAnswer {
		const webhook = this.hooks.get(id);
		return webhook ? success(presentWebhook(webhook, this.current)) : notFound();
	}

	private listWebhooks({ query }: Call): HttpAnswer {
		const all = this.webhooks;
		const size = sizeOf(query);
		const from = pageOf(query, 0) * size;
		const settings = this.current;
		return json(200, {
			total: presentNumber(all.length + settings.totalOffset, settings),
			data: all.slice(from, from + size).map((webhook) => presentWebhook(webhook, settings)),
		});
	}

	private deleteWebhook({ ids: [id] }: Call): HttpAnswer {
		return this.hooks.delete(id) ? json(202, {}) : notFound();
	}

	private ruleFor(input: Record<string, unknown>): RunRule | undefined {
		if (this.current.runRules.length === 0) return undefined;
		return takeRunRule(this.runRules, input, ({ inputContains }) => inputContains);
	}

	private hasWorkflow(id: string): boolean {
		const { workflows } = this.current;
		return workflows === 'any' ? !id.includes('missing') : workflows.includes(id);
	}

	private denied(status: 401 | 403, code: string): HttpAnswer {
		switch (this.current.deniedForm) {
			case 'json':
				return failure(status, code);
			case 'html':
				return html(status, `${status} ${code}`);
			case 'empty':
				return empty(status);
		}
	}

	private runNotFound(): HttpAnswer {
		const answer = notFound();
		return this.current.notFoundForm === 'json'
			? answer
			: { ...answer, headers: { 'content-type': 'text/plain; charset=utf-8' } };
	}
}

export function createService(settings?: SettingsPatch, options?: ServiceOptions): FakeService {
	return new FakeService(settings, options);
}

function readCall(request: ServiceRequest): Call {
	const header = Object.entries(request.headers ?? {}).find(
		([name]) => name.toLowerCase() === 'x-copy-ai-api-key',
	);
	return {
		...matchRoute(routes, request.method, request.path),
		...readBody(request.body),
		query: request.query ?? {},
		key: header?.[1]?.toString(),
	};
}

function sizeOf(query: Record<string, string>): number {
	const size = Number(query.size);
	return Number.isInteger(size) && size > 0 ? Math.min(size, LARGEST_SIZE) : DEFAULT_SIZE;
}

function pageOf(query: Record<string, string>, first: number): number {
	const page = Number(query.page ?? first);
	return Number.isInteger(page) ? Math.max(page, first) : first;
}

function notFound(): HttpAnswer {
	return failure(404, 'NOT_FOUND');
}

function invalid(details: Record<string, string[]>): HttpAnswer {
	return failure(422, 'REQUEST_INVALID', details);
}
