import type { Credential, NewWorkflow } from '../n8n/client';
import type { Service } from './service';

export const copyAiNode = 'Copy.ai';

/** Three nodes, as a user would draw them: a trigger, the rows, and Copy.ai, which starts a run per row and waits. */
export function demoWorkflow({ workflowId, task }: Service, { id, name }: Credential): NewWorkflow {
	const items = task.rows.map((json) => ({ json }));
	return {
		name: 'Copy.ai demo',
		nodes: [
			{
				name: 'Start',
				type: 'n8n-nodes-base.manualTrigger',
				typeVersion: 1,
				position: [0, 0],
				parameters: {},
			},
			{
				name: 'Rows',
				type: 'n8n-nodes-base.code',
				typeVersion: 2,
				position: [220, 0],
				parameters: { jsCode: `return ${JSON.stringify(items, null, 2)};` },
			},
			{
				name: copyAiNode,
				type: 'n8n-nodes-copy-ai.copyAi',
				typeVersion: 1,
				position: [440, 0],
				parameters: {
					resource: 'workflowRun',
					operation: 'startAndWait',
					workflowId: { __rl: true, mode: 'id', value: workflowId },
					variablesInput: 'fields',
					variableFields: { variable: task.variables },
				},
				credentials: { copyAiApi: { id, name } },
			},
		],
		connections: {
			Start: { main: [[{ node: 'Rows', type: 'main', index: 0 }]] },
			Rows: { main: [[{ node: copyAiNode, type: 'main', index: 0 }]] },
		},
	};
}
