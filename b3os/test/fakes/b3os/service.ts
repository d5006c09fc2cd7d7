import {
	type Answer,
	CountedRules,
	type Counts,
	empty,
	html,
	type HttpAnswer,
	isObject,
	json,
	type LoggedRequest,
	matchRoute,
	type Random,
	readBody,
	RequestLog,
	type Route,
	seededRandom,
	type ServiceRequest,
	takeFault,
	takeRunRule,
	underFault,
} from '../../../../test/fakes/core';
import {
	definitionOf,
	presentRun,
	type RunRecord,
	type RunSeed,
	seededRun,
	type StartBody,
	startedRun,
	statusAt,
	triggerMark,
} from './runs';
import {
	defaultSettings,
	type Endpoint,
	type FakeSettings,
	type FakeWorkflow,
	type FaultKind,
	type FaultRule,
	mergeSettings,
	type RunRule,
	type SettingsPatch,
} from './settings';

const routes: Array<Route<Endpoint>> = [
	['POST', /^\/v1\/workflows\/([^/]+)\/run$/, 'startRun'],
	['GET', /^\/v1\/workflows\/([^/]+)\/runs$/, 'listRuns'],
	['GET', /^\/v1\/workflows\/([^/]+)\/live$/, 'getLive'],
	['GET', /^\/v1\/workflows\/([^/]+)$/, 'getWorkflow'],
	['GET', /^\/v1\/workflows$/, 'listWorkflows'],
	['GET', /^\/v1\/runs$/, 'listAllRuns'],
	['GET', /^\/v1\/runs\/([^/]+)$/, 'getRun'],
	['POST', /^\/v1\/runs\/([^/]+)\/cancel$/, 'cancelRun'],
	['POST', /^\/v1\/runs\/([^/]+)\/retry$/, 'retryRun'],
	['GET', /^\/v1\/metrics\/recent-activity$/, 'listActivity'],
	['GET', /^\/v1\/organizations$/, 'listOrganizations'],
];

/** Answers to a start whose run ID is taken. */
const DUPLICATES: Record<
	Exclude<FakeSettings['duplicateStart'], 'secondRun'>,
	[status: number, code: number, message: string]
> = {
	documented: [400, 400_079, 'Run already exists'],
	otherCode: [400, 400_999, 'Bad request'],
	conflict: [409, 409_001, 'Conflict'],
};

interface Call {
	endpoint?: Endpoint;
	/** From the path, decoded. */
	id: string;
	method: string;
	query: Record<string, string>;
	body: unknown;
	brokenBody: boolean;
	headers: Record<string, string | undefined>;
}

/** The service without sockets and timers: every answer is decided at once, from the settings, the runs and the clock. */
export class FakeService {
	private readonly initial: FakeSettings;
	private current: FakeSettings;
	private byId = new Map<string, RunRecord>();
	private log = new RequestLog(routes);
	/** Called with each request before it is answered: for what happens at the same moment. */
	onRequest?: (request: { endpoint?: Endpoint; id: string; body: unknown }) => void;
	/** Of all answers' bodies. */
	bytesSent = 0;
	private changedAt = 0;
	private answered = 0;
	private readonly faultRules = new CountedRules<FaultRule>();
	private readonly runRules = new CountedRules<RunRule>();
	private random!: Random;

	/** @param now the service's clock, ms */
	constructor(
		settings: SettingsPatch = {},
		readonly now: () => number = () => Date.now(),
	) {
		this.initial = mergeSettings(defaultSettings, settings);
		this.current = this.initial;
		this.reset();
	}

	get settings(): Readonly<FakeSettings> {
		return this.current;
	}

	/** Every run, oldest first as they came in. */
	get runs(): readonly RunRecord[] {
		return [...this.byId.values()];
	}

	get requests(): ReadonlyArray<LoggedRequest<Endpoint>> {
		return this.log.requests;
	}

	get counts(): Readonly<Counts<Endpoint>> {
		return this.log.counts;
	}

	set(patch: SettingsPatch): void {
		this.use(mergeSettings(this.current, patch));
	}

	/** Runs, log and counters are gone; settings are those given at the start. */
	reset(): void {
		this.onRequest = undefined;
		this.bytesSent = 0;
		this.byId = new Map();
		this.log = new RequestLog(routes);
		this.answered = 0;
		this.use(this.initial);
		this.faultRules.restart();
		this.runRules.restart();
		this.random = seededRandom(this.initial.seed);
	}

	statusOf(run: RunRecord): string {
		return statusAt(run, this.now());
	}

	seedRuns(seeds: RunSeed[]): RunRecord[] {
		const runs = seeds.map((seed) => seededRun(seed, this.now()));
		runs.forEach((run) => this.byId.set(run.id, run));
		return runs;
	}

	answer(request: ServiceRequest): Answer {
		const call = readCall(request);
		const { endpoint } = call;
		this.onRequest?.(call);
		const fault = endpoint && this.faultFor(endpoint, call);
		const answer = underFault(fault, this.current, () => this.perform(call));
		if ('body' in answer) this.bytesSent += Buffer.byteLength(answer.body);
		const { method, path } = request;
		const { query, body } = call;
		this.log.add({ endpoint, method, path, query, at: this.now(), fault, body }, answer);
		return answer;
	}

	private use(settings: FakeSettings): void {
		this.current = settings;
		this.changedAt = this.now();
		this.faultRules.load(settings.faults);
		this.runRules.load(settings.runRules);
	}

	private faultFor(endpoint: Endpoint, { body }: Call): FaultKind | undefined {
		if (this.current.faults.length === 0) return undefined;
		const payload = endpoint === 'startRun' && isObject(body) ? body.payload : undefined;
		const sinceChange = this.now() - this.changedAt;
		return takeFault(
			this.faultRules,
			{ endpoint, inputText: JSON.stringify(payload), sinceChange },
			this.random,
			({ payloadContains }) => payloadContains,
		);
	}

	private perform(call: Call): HttpAnswer {
		const { redirectTo, apiKey, scope, organizationId } = this.current;
		if (redirectTo !== null) return empty(307, { location: redirectTo });
		if (call.headers.authorization !== `Bearer ${apiKey}`) {
			return this.refuse(401, 400_001, 'Unauthorized');
		}
		if (organizationId !== null && call.headers['x-org-id'] !== organizationId) {
			return this.refuse(403, 400_003, 'Not a member of this organization');
		}
		if (scope === 'read' && call.method !== 'GET') {
			return this.refuse(403, 400_004, 'The API key is read-only');
		}
		if (call.brokenBody) return this.refuse(400, 400_002, 'Invalid JSON');
		return call.endpoint ? this[call.endpoint](call) : this.refuse(404, 400_404, 'No such route');
	}

	private startRun({ id, body }: Call): HttpAnswer {
		const workflow = this.workflow(id);
		if (!workflow) return this.refuse(404, 400_010, 'Workflow not found');
		if (workflow.status === 'archived') return this.refuse(400, 400_011, 'Workflow is archived');
		if (this.current.runnable === 'activeOnly' && workflow.status !== 'active') {
			return this.refuse(400, 400_015, 'Workflow is not active');
		}
		if (this.current.computeUsedUp) return this.refuse(402, 400_020, 'Insufficient CU balance');
		if (body !== undefined && !isObject(body)) return this.refuse(400, 400_002, 'Invalid body');
		const { runId, payload, simulate, dustTest } = body ?? {};
		if (payload !== undefined && !isObject(payload)) {
			return this.refuse(400, 400_002, 'Invalid body', ['payload must be an object']);
		}
		if (simulate && dustTest) {
			return this.refuse(400, 400_002, 'simulate and dustTest exclude each other');
		}
		if (runId !== undefined && !/^run_[A-Za-z0-9_]+$/.test(String(runId))) {
			return this.refuse(400, 400_078, 'Invalid runId');
		}
		const isDuplicate = this.byId.has(String(runId));
		if (isDuplicate && this.current.duplicateStart !== 'secondRun') {
			return this.refuse(...DUPLICATES[this.current.duplicateStart]);
		}

		const rule = this.ruleFor(payload ?? {});
		const asked = { ...body, ...(isDuplicate && { runId: undefined }) } as StartBody;
		const run = startedRun(workflow, asked, {
			rule,
			now: this.now(),
			durationMs: this.current.durationMs,
		});
		this.byId.set(run.id, run);
		return this.good({ runId: run.id });
	}

	private getRun({ id, query }: Call): HttpAnswer {
		const run = this.knownRun(id);
		if (!run) return this.refuse(404, 400_012, 'Run not found');
		const workflow = this.workflow(run.workflowId);
		const nodeIds = (query.nodeIds ?? '').split(',').filter(Boolean);
		const { payloadAt } = this.current;
		const shown = { summary: query.summary === 'true', nodeIds, payloadAt };
		return this.good(presentRun(run, workflow, this.now(), shown));
	}

	private listRuns({ id, query }: Call): HttpAnswer {
		if (!this.workflow(id)) return this.refuse(404, 400_010, 'Workflow not found');
		return this.listOf(
			this.runs.filter((run) => run.workflowId === id),
			query,
		);
	}

	private listAllRuns({ query }: Call): HttpAnswer {
		return this.listOf(this.runs, query, ({ workflowId }) => ({
			workflowName: this.workflow(workflowId)?.name,
		}));
	}

	/** @param more fields of each run */
	private listOf(
		all: readonly RunRecord[],
		query: Call['query'],
		more: (run: RunRecord) => object = () => ({}),
	): HttpAnswer {
		const { status } = query;
		const { listOrder } = this.current;
		const order = {
			newestFirst: (one: RunRecord, other: RunRecord) => other.startedAt - one.startedAt || 1,
			oldestFirst: (one: RunRecord, other: RunRecord) => one.startedAt - other.startedAt,
			byId: (one: RunRecord, other: RunRecord) => (one.id < other.id ? -1 : 1),
		};
		const runs = all
			.filter((run) => this.now() >= run.startedAt + this.current.unlistedForMs)
			.filter((run) => !status || this.current.statusFilterIgnored || this.statusOf(run) === status)
			.sort(order[listOrder]);
		return this.list(runs, query, (run) => ({
			...presentRun(run, undefined, this.now(), { summary: true }),
			...more(run),
		}));
	}

	private cancelRun({ id }: Call): HttpAnswer {
		const run = this.knownRun(id);
		if (!run) return this.refuse(404, 400_012, 'Run not found');
		if (this.now() >= run.endsAt) return this.refuse(409, 400_013, 'Run is already final');
		delete run.fields?.status;
		run.end = 'cancelled';
		run.endsAt = this.now();
		return this.good(presentRun(run, undefined, this.now(), { summary: true }));
	}

	private retryRun({ id }: Call): HttpAnswer {
		const run = this.knownRun(id);
		if (!run) return this.refuse(404, 400_012, 'Run not found');
		const { retryable, retryAnswer, durationMs } = this.current;
		const status = this.statusOf(run);
		const canRetry =
			status === 'failure' || (status === 'cancelled' && retryable === 'failedOrCancelled');
		if (!canRetry) return this.refuse(409, 400_016, `A run that is ${status} can not be retried`);
		const workflow = this.workflow(run.workflowId)!;
		const rule = this.ruleFor(run.payload);
		const { payload, version, simulate, dustTest } = run;
		const body = { payload, version, simulate, dustTest };
		const made = startedRun(workflow, body, { rule, now: this.now(), durationMs });
		this.byId.set(made.id, { ...made, sourceRunId: id });
		return this.good({ [retryAnswer]: made.id });
	}

	private listActivity({ query }: Call): HttpAnswer {
		if (this.current.statsDenied) return this.refuse(403, 400_005, 'Missing stats:read');
		const entries = this.runs
			.map((run) => ({ run, status: this.statusOf(run) }))
			.filter(({ status }) => !query.status || status === query.status)
			.slice(-Math.min(Number(query.limit ?? 20), 100))
			.map(({ run, status }) => ({
				runId: run.id,
				workflowId: run.workflowId,
				workflowName: this.workflow(run.workflowId)?.name,
				status,
				startedAt: new Date(run.startedAt).toISOString(),
				finishedAt: this.now() < run.endsAt ? null : new Date(run.endsAt).toISOString(),
				durationMs: Math.min(this.now(), run.endsAt) - run.startedAt,
				error: status === 'failure' ? run.reason : null,
			}));
		return this.good(entries.reverse());
	}

	private listWorkflows({ query }: Call): HttpAnswer {
		const { q = '' } = query;
		const found = this.current.workflows.filter(({ name }) =>
			name.toLowerCase().includes(q.toLowerCase()),
		);
		return this.list(found, query, presentWorkflow);
	}

	private getWorkflow({ id }: Call): HttpAnswer {
		const workflow = this.workflow(id);
		if (!workflow) return this.refuse(404, 400_010, 'Workflow not found');
		return this.good({
			...presentWorkflow(workflow),
			triggerSecret: triggerMark,
			definition: definitionOf(workflow),
		});
	}

	private getLive({ id }: Call): HttpAnswer {
		const workflow = this.workflow(id);
		if (!workflow || workflow.liveVersion === null) {
			return this.refuse(404, 400_014, 'No live version');
		}
		return this.good({ id, version: workflow.liveVersion, triggerSecret: triggerMark });
	}

	private listOrganizations({ query }: Call): HttpAnswer {
		return this.list([{ id: 'org_fake', name: 'Fake' }], query, (organization) => organization);
	}

	private workflow(id: string): FakeWorkflow | undefined {
		return this.current.workflows.find((workflow) => workflow.id === id);
	}

	private knownRun(id: string): RunRecord | undefined {
		const run = this.byId.get(id);
		return run && this.now() >= run.startedAt + this.current.notFoundForMs ? run : undefined;
	}

	private ruleFor(payload: Record<string, unknown>): RunRule | undefined {
		return takeRunRule(this.runRules, payload, ({ payloadContains }) => payloadContains);
	}

	/** A page, without any total. */
	private list<T>(
		all: T[],
		query: Record<string, string>,
		present: (entry: T) => Record<string, unknown>,
	): HttpAnswer {
		const limit = Math.min(Number(query.limit ?? 20), 100);
		const offset = Number(query.offset ?? 0);
		const items = all.slice(offset, offset + limit).map(present);
		return this.good({ items, limit, offset, hasMore: offset + limit < all.length });
	}

	private good(data: unknown): HttpAnswer {
		const { envelope, envelopeCode } = this.current;
		if (envelope === 'old') return json(200, { success: true, data });
		const code = envelopeCode === 'mixed' ? [200, 0][this.answered++ % 2] : envelopeCode;
		return json(200, {
			code,
			message: 'success',
			requestId: `req_${this.log.requests.length}`,
			data,
		});
	}

	private refuse(status: number, code: number, message: string, details?: string[]): HttpAnswer {
		const { refusalForm } = this.current;
		if (status !== 400 && refusalForm === 'html') return html(status, `${status} ${message}`);
		if (status !== 400 && refusalForm === 'empty') return empty(status);
		if (this.current.envelope === 'old') {
			return json(status, { success: false, error: { message, code } });
		}
		return json(status, { code, message, requestId: `req_${this.log.requests.length}`, details });
	}
}

function presentWorkflow(workflow: FakeWorkflow): Record<string, unknown> {
	const { id, name, status, liveVersion, draftVersion, inputs } = workflow;
	return {
		id,
		name,
		status,
		type: 'workflow',
		version: draftVersion ?? liveVersion,
		inputCount: inputs === 'none' ? 0 : 2,
		hasDraft: draftVersion !== null,
		hasLiveVersion: liveVersion !== null,
	};
}

function readCall({ method, path, query = {}, headers = {}, body }: ServiceRequest): Call {
	const plain = Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value?.toString()]),
	);
	const { endpoint, ids } = matchRoute(routes, method, path);
	return { endpoint, id: ids[0] ?? '', method, query, headers: plain, ...readBody(body) };
}
