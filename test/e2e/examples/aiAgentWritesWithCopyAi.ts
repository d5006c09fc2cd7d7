/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import assert from 'node:assert/strict';
import type { NewWorkflow } from '../../../scripts/n8n/client';
import { startChatModel } from '../chatModel';
import { output, type Site } from '../n8nInstance';
import { choose } from './flow';

export async function aiAgentWritesWithCopyAi(site: Site, flow: NewWorkflow): Promise<void> {
	const { client, fake } = site;
	const model = await startChatModel();
	try {
		const { url } = model;
		choose(flow, await client.createCredential('OpenAI', 'openAiApi', { apiKey: 'none', url }));
		model.script = ({ results }) =>
			results[0] ?? [{ tool: 'Write_text', args: { topic: 'a desk lamp', tone: 'playful' } }];
		const workflow = await client.createWorkflow(flow);
		const execution = await client.waitForExecution(await chat(site, workflow.id));
		assert.deepEqual(
			fake.runs.map(({ input }) => input),
			[{ Topic: 'a desk lamp', Tone: 'playful' }],
		);
		assert.match(String(output(execution, 'AI Agent')[0]?.output), /Made from: a desk lamp/);
		const [{ tools }] = model.turns;
		assert.deepEqual(
			tools.map(({ name, description }) => [name, description]),
			[['Write_text', 'Writes one marketing text with Copy.ai']],
		);
	} finally {
		await model.close();
	}
}

/** Says something in the chat below the editor's canvas. @returns the execution's id */
async function chat({ client }: Site, workflowId: string): Promise<string> {
	const workflowData = await client.workflow(workflowId);
	const said = { action: 'sendMessage', chatInput: 'Write about a desk lamp', sessionId: '1' };
	const { executionId } = await client.request<{ executionId: string }>(
		'POST',
		`/workflows/${workflowId}/run`,
		{
			workflowData,
			triggerToStartFrom: {
				name: 'When somebody asks',
				data: {
					startTime: Date.now(),
					executionTime: 0,
					executionIndex: 0,
					executionStatus: 'success',
					source: [],
					data: { main: [[{ json: said }]] },
				},
			},
		},
	);
	return executionId;
}
