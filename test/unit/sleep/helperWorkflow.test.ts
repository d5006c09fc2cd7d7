import type { INode } from 'n8n-workflow';
import { helperWorkflow } from '../../../nodes/shared/sleep/helperWorkflow';

const node = {
	id: '1',
	name: 'Texts',
	type: 'package.node',
	typeVersion: 1,
	position: [0, 0],
	parameters: { options: { startKey: 'secret' } },
	credentials: { api: { id: '7', name: 'Key' } },
	retryOnFail: true,
} as INode;

test('a helper is a chain of steps of the same node, each with a way to the end', () => {
	const { nodes, connections } = helperWorkflow(node, 3, 'note');
	expect(nodes.map(({ name }) => name)).toEqual([
		'Start',
		'Poll 1',
		'Poll 2',
		'Poll 3',
		'Output',
		'Note',
	]);
	const targets = (name: string) =>
		connections[name].main.map((links) => links?.map((link) => link.node).join());
	expect(targets('Start')).toEqual(['Poll 1']);
	expect(targets('Poll 1')).toEqual(['Poll 2', 'Output']);
	expect(targets('Poll 3')).toEqual(['Output', 'Output']);
	for (const step of nodes.slice(1, 5)) {
		expect(step).toMatchObject({ type: node.type, credentials: node.credentials });
		expect(step.retryOnFail).toBeUndefined();
		expect(step.onError).toBe(undefined);
	}
});

test('only the last step continues on error, and never on an output of its own', () => {
	for (const onError of ['continueRegularOutput', 'continueErrorOutput'] as const) {
		const { nodes } = helperWorkflow({ ...node, onError }, 1, 'note');
		expect(nodes.map((step) => step.onError)).toEqual([
			undefined,
			undefined,
			'continueRegularOutput',
			undefined,
		]);
	}
});

test('a helper is stored, is not timed out by n8n, and has no error workflow', () => {
	expect(helperWorkflow(node, 1, 'note').settings).toEqual({
		executionOrder: 'v1',
		callerPolicy: 'any',
		saveDataSuccessExecution: 'all',
		saveDataErrorExecution: 'all',
		saveManualExecutions: true,
		executionTimeout: -1,
	});
});
