import {
	type Answer,
	empty,
	html,
	type HttpAnswer,
	json,
} from '../../../../test/fakes/copyAi/answers';
import { CountedRules, underFault } from '../../../../test/fakes/copyAi/faults';
import { type Random, seededRandom } from '../../../../test/fakes/copyAi/random';
import { isObject, type ServiceRequest } from '../../../../test/fakes/copyAi/service';
import { defaultSettings as copyAiSettings } from '../../../../test/fakes/copyAi/settings';
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

/** One line of the log. */
export interface LoggedRequest {
	endpoint?: Endpoint;
	method: string;
	path: string;
	query: Record<string, string>;
	/** When it came in, ms. */
	at: number;
	/** Absent when no answer went out. */
	status?: number;
	fault?: FaultKind;
	body?: unknown;
}

export type Counts = Record<Endpoint | 'unknown' | 'total', number>;

const routes: Array<[method: string, path: RegExp, endpoint: Endpoint]> = [
	['POST', /^\/v1\/workflows\/([^/]+)\/run$/, 'startRun'],
	['GET', /^\/v1\/workflows\/([^/]+)\/runs$/, 'listRuns'],
	['GET', /^\/v1\/workflows\/([^/]+)\/live$/, 'getLive'],
	['GET', /^\/v1\/workflows\/([^/]+)$/, 'getWorkflow'],
	['GET', /^\/v1\/workflows$/, 'listWorkflows'],
	['GET', /^\/v1\/runs\/([^/]+)$/, 'getRun'],
	['POST', /^\/v1\/runs\/([^/]+)\/cancel$/, 'cancelRun'],
	['GET', /^\/v1\/organizations$/, 'listOrganizations'],
];

interface Call {
	endpoint?: Endpoint;
	/** From the path, decoded. */
	id: string;
	method: string;
	query: Record<string, string>;
	body: unknown;
	headers: Record<string, string | undefined>;
}

/** The service without sockets and timers: every answer is decided at once, from the settings, the runs and the clock. */
export class FakeService {
	private readonly initial: FakeSettings;
	private current: FakeSettings;
	private byId = new Map<string, RunRecord>();
	private log: LoggedRequest[] = [];
	private tally = noCounts();
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

	get requests(): readonly LoggedRequest[] {
		return this.log;
	}

	get counts(): Readonly<Counts> {
		return this.tally;
	}

	set(patch: SettingsPatch): void {
		this.use(mergeSettings(this.current, patch));
	}

	/** Runs, log and counters are gone; settings are those given at the start. */
	reset(): void {
		this.byId = new Map();
		this.log = [];
		this.tally = noCounts();
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
		const fault = endpoint && this.faultFor(endpoint, call);
		const { retryAfter } = this.current;
		const answer = underFault(fault, { ...copyAiSettings, retryAfter }, () => this.perform(call));
		this.tally.total += 1;
		this.tally[endpoint ?? 'unknown'] += 1;
		this.log.push({
			endpoint,
			method: request.method,
			path: request.path,
			query: call.query,
			at: this.now(),
			status: 'status' in answer ? answer.status : undefined,
			fault,
			body: call.body,
		});
		return answer;
	}

	private use(settings: FakeSettings): void {
		this.current = settings;
		this.faultRules.load(settings.faults);
		this.runRules.load(settings.runRules);
	}

	private faultFor(endpoint: Endpoint, { body }: Call): FaultKind | undefined {
		if (this.current.faults.length === 0) return undefined;
		const payload = endpoint === 'startRun' && isObject(body) ? JSON.stringify(body.payload) : '';
		const found = this.faultRules.take((entry) => {
			const { on, rate = 1, times = Infinity, skip = 0, payloadContains = '' } = entry.rule;
			if ((on && !on.includes(endpoint)) || !payload.includes(payloadContains)) return false;
			entry.seen += 1;
			return entry.seen > skip && entry.used < times && (rate >= 1 || this.random() < rate);
		});
		return found?.kind;
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
		return call.endpoint ? this[call.endpoint](call) : this.refuse(404, 400_404, 'No such route');
	}

	private startRun({ id, body }: Call): HttpAnswer {
		const workflow = this.workflow(id);
		if (!workflow) return this.refuse(404, 400_010, 'Workflow not found');
		if (workflow.status === 'archived') return this.refuse(400, 400_011, 'Workflow is archived');
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
		if (this.byId.has(String(runId))) return this.refuse(400, 400_079, 'Run already exists');

		const rule = this.ruleFor(payload ?? {});
		const run = startedRun(workflow, (body ?? {}) as StartBody, {
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
		return this.good(presentRun(run, workflow, this.now(), query.summary === 'true'));
	}

	private listRuns({ id, query }: Call): HttpAnswer {
		if (!this.workflow(id)) return this.refuse(404, 400_010, 'Workflow not found');
		const { status } = query;
		const runs = this.runs
			.filter((run) => run.workflowId === id)
			.filter((run) => this.now() >= run.startedAt + this.current.unlistedForMs)
			.filter((run) => !status || this.current.statusFilterIgnored || this.statusOf(run) === status)
			.sort((one, other) => other.startedAt - one.startedAt || 1);
		return this.list(runs, query, (run) => presentRun(run, undefined, this.now(), true));
	}

	private cancelRun({ id }: Call): HttpAnswer {
		const run = this.knownRun(id);
		if (!run) return this.refuse(404, 400_012, 'Run not found');
		if (this.now() >= run.endsAt) return this.refuse(409, 400_013, 'Run is already final');
		delete run.fields?.status;
		run.end = 'cancelled';
		run.endsAt = this.now();
		return this.good(presentRun(run, undefined, this.now(), true));
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
		const text = JSON.stringify(payload);
		return this.runRules.take(
			({ rule: { payloadContains = '', times = Infinity }, used }) =>
				used < times && text.includes(payloadContains),
		);
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
		const { envelopeCode } = this.current;
		const code = envelopeCode === 'mixed' ? [200, 0][this.answered++ % 2] : envelopeCode;
		return json(200, { code, message: 'success', requestId: `req_${this.log.length}`, data });
	}

	private refuse(status: number, code: number, message: string, details?: string[]): HttpAnswer {
		const { refusalForm } = this.current;
		if (status !== 400 && refusalForm === 'html') return html(status, `${status} ${message}`);
		if (status !== 400 && refusalForm === 'empty') return empty(status);
		return json(status, { code, message, requestId: `req_${this.log.length}`, details });
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
	const call = { id: '', method, query, headers: plain, body: readBody(body) };
	for (const [routeMethod, pattern, endpoint] of routes) {
		const found = routeMethod === method ? pattern.exec(path) : null;
		if (found) return { ...call, endpoint, id: decodeURIComponent(found[1] ?? '') };
	}
	return call;
}

function readBody(body: unknown): unknown {
	if (typeof body !== 'string') return body;
	return body === '' ? undefined : (JSON.parse(body) as unknown);
}

function noCounts(): Counts {
	return {
		startRun: 0,
		getRun: 0,
		listRuns: 0,
		cancelRun: 0,
		listWorkflows: 0,
		getWorkflow: 0,
		getLive: 0,
		listOrganizations: 0,
		unknown: 0,
		total: 0,
	};
}
