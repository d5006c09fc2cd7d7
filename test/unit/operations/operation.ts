/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import {
	type IDataObject,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
	type NodeExecutionHint,
} from 'n8n-workflow';
import type { RunService, StartKey } from '../../../nodes/runs';
import type { ErrorDetails } from '../../../nodes/shared/http';
import {
	buildRunClient,
	type ParsedItem,
	readItems,
	runItems,
	type ServiceAdapter,
	startAndWait,
	startRuns,
	toNodeOutput,
	withHints,
} from '../../../nodes/shared/operations';
import { TestService, type TestRun, type TestSettings } from '../runs/testService';
import { VirtualClock } from '../runs/virtualClock';

/** Where something can be thrown, and for which item. */
export type Boundary =
	| 'read'
	| 'client'
	| 'startBefore'
	| 'startAfter'
	| 'getRun'
	| 'listRuns'
	| 'format'
	| 'keyText'
	| 'hint'
	| 'addHints';

/** One item as the tests' operations read it. */
interface TestItem {
	workflowId: string;
	request: string;
	timeout: number;
	onTimeout: 'stop';
	onFailedRun: 'stop';
}

export interface Setup {
	items?: number;
	/** Whether an item's work throws at a boundary; called each time that it gets there. */
	throwsAt?: (boundary: Boundary, request: string) => unknown;
	continueOnFail?: boolean;
	settings?: Partial<TestSettings>;
	node?: Partial<INode>;
	/** Start alone, not Start and Wait. */
	onlyStart?: boolean;
	concurrency?: number;
	/** Of each completed run. */
	output?: (request: string) => IDataObject;
}

export interface Outcome {
	outputs?: INodeExecutionData[];
	error?: { message: string; description?: string | null };
	hints: NodeExecutionHint[];
	service: TestService;
	clock: VirtualClock;
	/** Calls that were made once the operation had ended. */
	callsAfterwards: number;
	unhandled: unknown[];
	/** Runs the operation again on the same context, as Retry On Fail does. */
	again: () => Promise<Outcome>;
}

type Run = TestRun & { status: string };

/** Runs an operation of a made-up node against a made-up service, on virtual time. */
export async function operate(setup: Setup = {}): Promise<Outcome> {
	const clock = new VirtualClock();
	const service = new TestService(clock, setup.settings);
	return await operateOn(setup, clock, service, {});
}

async function operateOn(
	setup: Setup,
	clock: VirtualClock,
	service: TestService,
	nodeContext: IDataObject,
): Promise<Outcome> {
	const hints: NodeExecutionHint[] = [];
	const unhandled: unknown[] = [];
	const note = (reason: unknown) => unhandled.push(reason);
	process.on('unhandledRejection', note);

	const throwAt = (boundary: Boundary, request: string) => {
		const thrown = setup.throwsAt?.(boundary, request);
		if (thrown !== undefined) throw thrown as Error;
	};
	const context = stubContext(setup, nodeContext, (added) => {
		throwAt('addHints', '');
		hints.push(...added);
	});
	const text = testAdapter(throwAt, setup);

	const reading = readItems<TestItem>(context, text, (item) => {
		throwAt('read', `item ${item}`);
		return {
			workflowId: 'g',
			request: `item ${item}`,
			timeout: 60,
			onTimeout: 'stop',
			onFailedRun: 'stop',
		};
	});
	// It gives others their turn in real time.
	await reading.catch(() => undefined);
	const work = async () => {
		const doAll = async (items: Array<ParsedItem<TestItem>>) => {
			throwAt('client', '');
			const runs = throwing(service, throwAt);
			const { concurrency } = setup;
			const client = buildRunClient(context, text, {}, runs, concurrency, { clock });
			return setup.onlyStart
				? await startRuns(context, client, items, ({ item }: ParsedItem<TestItem>, { id }) => {
						throwAt('format', `item ${item}`);
						return { item, json: { id } };
					})
				: await startAndWait(context, client, items);
		};
		const results = await runItems(context, await reading, doAll, clock);
		return withHints(context, toNodeOutput(context, text, results), () => {
			throwAt('hint', '');
			return [];
		});
	};

	const outcome = await clock.run(
		work().then(
			(outputs) => ({ outputs }),
			(error: Outcome['error']) => ({ error }),
		),
	);
	const calls = service.calls.length;
	await clock.run(clock.sleep(120_000));
	await new Promise((resolve) => setImmediate(resolve));
	process.off('unhandledRejection', note);
	return {
		...outcome,
		hints,
		service,
		clock,
		unhandled,
		callsAfterwards: service.calls.length - calls,
		again: async () => await operateOn(setup, clock, service, nodeContext),
	};
}

function stubContext(
	{ items = 3, continueOnFail = false, node = {} }: Setup,
	nodeContext: IDataObject,
	addHints: (hints: NodeExecutionHint[]) => void,
): IExecuteFunctions {
	const inputs = Array.from({ length: items }, (_, n) => ({ json: { n } }));
	return {
		getInputData: () => inputs,
		continueOnFail: () => continueOnFail,
		getNode: () => ({ name: 'Test', type: 'test', ...node }) as INode,
		getContext: () => nodeContext,
		getWorkflowDataProxy: () => ({ $runIndex: 0 }),
		getExecutionCancelSignal: () => undefined,
		addExecutionHints: (...hints: NodeExecutionHint[]) => addHints(hints),
	} as unknown as IExecuteFunctions;
}

function testAdapter(
	throwAt: (boundary: Boundary, request: string) => void,
	{ output = () => ({ text: 'done' }) }: Setup,
): ServiceAdapter<Run, object> {
	let keys = 0;
	return {
		name: 'Testing',
		sentences: new Proxy({}, { get: (_, name) => `Sentence ${String(name)}.` }) as never,
		newKey: () => `key-${++keys}-${Math.random()}`,
		keyText: ({ base }: StartKey) => {
			throwAt('keyText', '');
			return base;
		},
		placeholderRun: () => ({ status: '' }) as never,
		toJson: ({ id, request }) => {
			throwAt('format', request);
			return { id, output: output(request) };
		},
	};
}

/** The tests' service, whose functions throw where the test says so. */
function throwing(
	service: TestService,
	throwAt: (boundary: Boundary, request: string) => void,
): RunService<TestItem, Run, ErrorDetails> {
	const details = <T extends object>(answer: T) =>
		('error' in answer
			? { ...answer, error: { message: String(answer.error), description: 'Advice.' } }
			: answer) as never;
	return {
		startRun: async (workflowId, key, { request }) => {
			throwAt('startBefore', request);
			const answer = await service.startRun(workflowId, key, request);
			throwAt('startAfter', request);
			return details(answer);
		},
		getRun: async (workflowId, id) => {
			const answer = await service.getRun(workflowId, id);
			throwAt('getRun', service.runs.find((run) => run.id === id)?.request ?? '');
			return details(answer);
		},
		listRuns: async (workflowId, page, size) => {
			const answer = await service.listRuns(workflowId, page, size);
			throwAt('listRuns', '');
			return details(answer);
		},
	};
}
