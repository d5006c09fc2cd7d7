import type { FakeWorkflow, RunEnd, RunRule } from './settings';

/** In every workflow that the API shows, and in the definitions of runs. Nothing of it may go on. */
export const triggerMark = 'trigger-secret-0123456789';
/** In the address of a simulation's fork, with which anybody can write to it. */
export const forkMark = 'fork-secret-0123456789';
/** What the node `quote` gets as its `apiKey`, which its `secretKeys` name. */
export const nodeMark = 'node-secret-0123456789';

/** Nodes `node0` and so on, each of which puts out a text, for a rule's `nodes`. */
export function textNodes(count: number, characters: number): Record<string, unknown> {
	const text = 'x'.repeat(characters);
	return Object.fromEntries(Array.from({ length: count }, (_, n) => [`node${n}`, { text }]));
}

/** A run as the fake keeps it. Times are ms. */
export interface RunRecord {
	id: string;
	workflowId: string;
	version: number;
	payload: Record<string, unknown>;
	simulate: boolean;
	dustTest: boolean;
	triggerNodeId?: string;
	chatMessageId?: string;
	startedAt: number;
	/** Infinity (null in JSON) for a run that never ends. */
	endsAt: number;
	end: RunEnd;
	result: unknown;
	reason: string;
	fields?: Record<string, unknown>;
	/** The rule that it was started under. */
	rule?: RunRule;
	/** The run that it continues. */
	sourceRunId?: string;
}

/** A past run to put in. Everything has a default; without a status it is a success. */
export interface RunSeed {
	id?: string;
	workflowId?: string;
	payload?: Record<string, unknown>;
	status?: string;
	/** ISO text, or ms. */
	startedAt?: string | number;
	result?: unknown;
	fields?: Record<string, unknown>;
	/** What its nodes are like. */
	rule?: RunRule;
}

/** How much of a run the API shows. */
export interface Shown {
	/** Without what can be large. */
	summary?: boolean;
	/** With the states of these nodes alone; all if there are none. */
	nodeIds?: string[];
	/** Where the trigger's result has the payload. */
	payloadAt?: 'result' | 'body';
}

const ENDS: readonly string[] = ['success', 'partial', 'failure', 'cancelled'];
/** What a node that has not begun is called, by the status of the run. */
const OPEN_NODE: Record<string, string> = { running: 'scheduled', waiting: 'auto_swapping' };
const COMPUTE_UNITS = 12;

/** What a start asks for. */
export interface StartBody {
	runId?: string;
	payload?: Record<string, unknown>;
	version?: number;
	simulate?: boolean;
	dustTest?: boolean;
	triggerNodeId?: string;
	chatMessageId?: string;
}

export function newRunId(): string {
	return `run_${crypto.randomUUID().replaceAll('-', '')}`;
}

export function startedRun(
	workflow: FakeWorkflow,
	body: StartBody,
	{ rule, now, durationMs }: { rule: RunRule | undefined; now: number; durationMs: number },
): RunRecord {
	const { runId = newRunId(), payload = {}, simulate = false, dustTest = false } = body;
	const end = rule?.end ?? 'success';
	return {
		...body,
		id: runId,
		workflowId: workflow.id,
		// An open draft goes before the live version.
		version: body.version ?? workflow.draftVersion ?? workflow.liveVersion ?? 1,
		payload,
		simulate,
		dustTest,
		startedAt: now,
		endsAt: end === 'never' ? Infinity : now + (rule?.durationMs ?? durationMs),
		end,
		result: rule?.result ?? { price: 42, of: Object.values(payload) },
		reason: rule?.reason ?? 'insufficient funds',
		fields: rule?.fields,
		rule,
	};
}

export function seededRun(seed: RunSeed, now: number): RunRecord {
	const { status = 'success' } = seed;
	const startedAt = new Date(seed.startedAt ?? now).getTime();
	const isOver = ENDS.includes(status);
	return {
		id: seed.id ?? newRunId(),
		workflowId: seed.workflowId ?? 'wf_swap',
		version: 3,
		payload: seed.payload ?? {},
		simulate: false,
		dustTest: false,
		startedAt,
		endsAt: isOver ? startedAt : Infinity,
		end: isOver ? (status as RunEnd) : 'never',
		result: seed.result ?? { price: 1 },
		reason: seed.rule?.reason ?? 'insufficient funds',
		rule: seed.rule,
		fields: isOver ? seed.fields : { status, ...seed.fields },
	};
}

export function statusAt(run: RunRecord, now: number): string {
	const { status } = run.fields ?? {};
	if (typeof status === 'string') return status;
	if (now >= run.endsAt) return run.end;
	if (run.rule?.wait) return 'waiting';
	// Half of the time it waits for something.
	return (now - run.startedAt) * 2 < run.endsAt - run.startedAt ? 'running' : 'waiting';
}

/** The run as the API shows it now. */
export function presentRun(
	run: RunRecord,
	workflow: FakeWorkflow | undefined,
	now: number,
	{ summary = false, nodeIds = [], payloadAt = 'result' }: Shown,
): Record<string, unknown> {
	const status = statusAt(run, now);
	const isOver = now >= run.endsAt;
	return {
		id: run.id,
		organizationId: 'org_fake',
		workflowId: run.workflowId,
		workflowVersion: run.version,
		status,
		triggerSource: 'api',
		triggerNodeId: run.triggerNodeId ?? null,
		triggeredBy: 'api_key',
		sourceRunId: run.sourceRunId ?? null,
		startedAt: new Date(run.startedAt).toISOString(),
		finishedAt: isOver ? new Date(run.endsAt).toISOString() : null,
		totalCu: isOver ? COMPUTE_UNITS : 0,
		isSimulation: run.simulate,
		isDustTest: run.dustTest,
		...(run.simulate && {
			simulationMode: 'fork',
			simulationForks: [
				{ chainId: 8453, forkId: 'fork_1', rpcUrl: `https://rpc.example/${forkMark}` },
			],
		}),
		summary: isOver ? `It ended ${status}` : null,
		...(!summary && {
			executionState: only(executionState(run, status, payloadAt), nodeIds),
			workflowDefinition: workflow && definitionOf(workflow),
			propValues: {},
		}),
		...run.fields,
	};
}

function only(states: Record<string, unknown>, ids: string[]): Record<string, unknown> {
	if (ids.length === 0) return states;
	return Object.fromEntries(Object.entries(states).filter(([id]) => ids.includes(id)));
}

function executionState(
	run: RunRecord,
	status: string,
	payloadAt: Shown['payloadAt'],
): Record<string, unknown> {
	const { nodes = {}, forEach, wait, nodesTell = true } = run.rule ?? {};
	const error = nodesTell ? run.reason : undefined;
	const others = Object.entries(nodes).map(([id, result]) => [
		id,
		{ type: 'http', status: 'success', result },
	]);
	const isOver = ENDS.includes(status);
	const isGood = status === 'success';
	const failed = (status === 'failure' || status === 'partial') && !forEach;
	return {
		root: {
			type: 'manual',
			status: 'success',
			startedAt: new Date(run.startedAt).toISOString(),
			finishedAt: new Date(run.startedAt).toISOString(),
			input: {},
			result: payloadAt === 'body' ? { body: run.payload, headers: {} } : run.payload,
		},
		quote: {
			type: 'coingecko-get-token-price',
			status: status === 'cancelled' ? 'skipped' : isOver ? 'success' : 'running',
			secretKeys: ['apiKey', 'auth.token'],
			input: { ...run.payload, apiKey: nodeMark, auth: { token: nodeMark, user: 'me' } },
			result: isOver && status !== 'cancelled' ? run.result : null,
		},
		swap: {
			type: 'swap',
			status: isGood ? 'success' : failed ? 'failure' : (OPEN_NODE[status] ?? 'pending'),
			input: { amount: 1 },
			...(isGood && { result: { hash: '0xabc' } }),
			// As services do, it repeats what it was given.
			...(failed && { result: nodesTell ? { error, request: `key=${nodeMark}` } : {} }),
		},
		...Object.fromEntries(others),
		...(forEach && {
			each: {
				type: 'for-each',
				status: forEach.failing.length === 0 ? 'success' : 'partial',
				iterations: Array.from({ length: forEach.count }, (_, index) =>
					forEach.failing.includes(index)
						? { pay: { type: 'send', status: 'failure', error } }
						: { pay: { type: 'send', status: 'success', result: { paid: index } } },
				),
			},
		}),
		...(wait && {
			ask: {
				type: 'wait',
				status: isOver ? 'success' : 'waiting',
				startedAt: new Date(run.startedAt).toISOString(),
				input: { ...wait, triggerConfig: {} },
			},
		}),
	};
}

/** With what a run or a workflow shows of its definition. */
export function definitionOf({ inputs }: FakeWorkflow): Record<string, unknown> {
	const list = [
		{ key: 'token', type: 'string', required: true, description: 'What to look at' },
		{ key: 'amount', type: 'number', required: false },
		{ key: 'dry', type: 'boolean' },
		{ key: 'filter', type: 'object' },
		{ key: 'chains', type: 'array' },
	];
	const jsonSchema = {
		type: 'object',
		required: ['days'],
		properties: { days: { type: 'integer' }, title: { type: ['string', 'null'] } },
	};
	return {
		triggerSecret: triggerMark,
		...(inputs === 'list' && { inputSchema: list }),
		nodes: {
			root: {
				type: 'manual',
				payload: inputs === 'jsonSchema' ? { inputSchema: jsonSchema } : {},
				children: ['quote'],
			},
			quote: {
				type: 'coingecko-get-token-price',
				payload: { apiKey: nodeMark },
				secretKeys: ['apiKey'],
				children: ['swap'],
			},
			swap: { type: 'swap', payload: {}, children: [] },
		},
	};
}
