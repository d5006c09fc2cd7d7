import {
	createRunExecutionData,
	type INodeExecutionData,
	type IRun,
	type IRunExecutionData,
	type IWorkflowBase,
	Workflow,
} from 'n8n-workflow';
import { clock } from '../../nodes/shared/http';
import { type Execution, prepare, type Setup } from './harness';

/** An execution that may have slept, and the executions that have waited for it. */
export interface SleptExecution extends Execution {
	helpers: Helper[];
}

interface Helper {
	code: IWorkflowBase;
	run: IRun;
	/** How often it was put to sleep. */
	sleeps: number;
	/** ms in all. */
	sleptMs: number;
}

interface Sleeping extends Setup {
	/** n8n loses each helper in its first sleep, and has no idea why. */
	losesHelpers?: boolean;
}

/**
 * Runs the node under test in n8n's engine, and does what n8n 2.41's database, poll and resumption do for one that sleeps:
 * everything stored is read back as JSON, what a helper has put out becomes the sleeping node's input.
 */
export async function executeAsleep({
	losesHelpers = false,
	...setup
}: Sleeping): Promise<SleptExecution> {
	const helpers: Helper[] = [];
	const prepared = prepare({
		...setup,
		executeWorkflow: async ({ code }, _, { inputData }) => {
			const helper = await beginHelper(prepared, code!, inputData!);
			helpers.push(helper);
			const { waitTill } = helper.run;
			return { executionId: String(helpers.length + 1), data: [[]], waitTill };
		},
	});
	let execution = await prepared.execute();
	while (execution.run.status === 'waiting') {
		const helper = helpers.at(-1)!;
		if (!losesHelpers) await runHelper(prepared, helper);
		execution = await prepared.wake(resumed(stored(execution.run.data), helper.run));
	}
	return { ...execution, helpers };
}

type Prepared = ReturnType<typeof prepare>;

async function beginHelper(
	{ engine, nodeTypes }: Prepared,
	code: IWorkflowBase,
	items: INodeExecutionData[],
): Promise<Helper> {
	const workflow = workflowOf(code, nodeTypes);
	const data = createRunExecutionData({
		executionData: {
			nodeExecutionStack: [{ node: code.nodes[0], data: { main: [items] }, source: null }],
		},
	});
	const run = await engine(data).processRunExecutionData(workflow);
	return { code, run, sleeps: 0, sleptMs: 0 };
}

async function runHelper({ engine, nodeTypes }: Prepared, helper: Helper): Promise<void> {
	while (helper.run.status === 'waiting') {
		const ms = new Date(helper.run.waitTill!).getTime() - clock.now();
		await clock.sleep(ms);
		helper.sleeps += 1;
		helper.sleptMs += ms;
		const workflow = workflowOf(helper.code, nodeTypes);
		helper.run = await engine(stored(helper.run.data)).processRunExecutionData(workflow);
	}
}

function workflowOf(code: IWorkflowBase, nodeTypes: Prepared['nodeTypes']): Workflow {
	return new Workflow({ ...stored(code), id: 'wf', nodeTypes });
}

function stored<T>(data: T): T {
	return JSON.parse(JSON.stringify(data)) as T;
}

/** What n8n's `updateParentExecutionWithChildResults` does. */
function resumed(data: IRunExecutionData, { data: { resultData } }: IRun): IRunExecutionData {
	const [entry] = data.executionData!.nodeExecutionStack;
	const last = resultData.runData[resultData.lastNodeExecuted!].at(-1);
	const { error } = stored(resultData);
	if (error) entry.metadata = { ...entry.metadata, resumeError: error } as typeof entry.metadata;
	else entry.data = stored(last!.data!);
	return data;
}
