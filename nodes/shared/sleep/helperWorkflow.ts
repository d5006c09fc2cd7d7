import type { IConnections, INode, IWorkflowBase, IWorkflowSettings } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

/** Operations of a service's node that the editor doesn't offer: the steps of a helper execution. */
export const POLL = 'poll';
export const OUTPUT = 'output';

/** How far apart nodes are on the canvas. */
const STEP_WIDTH = 200;
const NOTE_HEIGHT = 260;

/**
 * A helper execution must be stored, or its caller would wait for ever; it must not be timed out by n8n, for the same
 * reason; and an error workflow is the caller's business.
 */
const SETTINGS: IWorkflowSettings = {
	executionOrder: 'v1',
	callerPolicy: 'any',
	saveDataSuccessExecution: 'all',
	saveDataErrorExecution: 'all',
	saveManualExecutions: true,
	executionTimeout: -1,
};

/**
 * The workflow that waits in place of a node:
 *
 *     Start ─> Poll 1 ──(after its sleep)─> Poll 2 ─> … ─> Poll n
 *                └─────────(all over)────────┴─────────────┴──> Output
 *
 * A chain, not a loop: if n8n is killed while one node polls again and again, it takes an earlier turn's output for the
 * result.
 *
 * @param node that waits; the steps are nodes like it, with its credential
 * @param polls how many poll steps, at least 1
 * @param note what a reader of the execution should know
 */
export function helperWorkflow(node: INode, polls: number, note: string): IWorkflowBase {
	const step = (name: string, operation: string, index: number): INode => ({
		id: name,
		name,
		type: node.type,
		typeVersion: node.typeVersion,
		position: [index * STEP_WIDTH, 0],
		parameters: { resource: 'workflowRun', operation },
		credentials: node.credentials,
	});
	const start: INode = {
		id: 'Start',
		name: 'Start',
		type: 'n8n-nodes-base.executeWorkflowTrigger',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	};
	const continues = ['continueRegularOutput', 'continueErrorOutput'].includes(node.onError ?? '');
	const output: INode = {
		...step('Output', OUTPUT, polls + 1),
		...((continues || node.continueOnFail === true) && { onError: 'continueRegularOutput' }),
	};
	const names = Array.from({ length: polls }, (_, index) => `Poll ${index + 1}`);
	return {
		id: '',
		name: `${node.name} (waiting)`,
		active: false,
		isArchived: false,
		createdAt: new Date(),
		updatedAt: new Date(),
		activeVersionId: null,
		settings: SETTINGS,
		nodes: [
			start,
			...names.map((name, index) => step(name, POLL, index + 1)),
			output,
			noteNode(note),
		],
		connections: connect(names),
	};
}

function connect(names: string[]): IConnections {
	const to = (name: string) => [{ node: name, type: NodeConnectionTypes.Main, index: 0 }];
	const connections: IConnections = { Start: { main: [to(names[0])] } };
	names.forEach((name, index) => {
		const next = names[index + 1] ?? 'Output';
		connections[name] = { main: [to(next), to('Output')] };
	});
	return connections;
}

function noteNode(content: string): INode {
	return {
		id: 'Note',
		name: 'Note',
		type: 'n8n-nodes-base.stickyNote',
		typeVersion: 1,
		position: [0, -NOTE_HEIGHT - STEP_WIDTH / 2],
		parameters: { content, height: NOTE_HEIGHT, width: 3 * STEP_WIDTH },
	};
}
