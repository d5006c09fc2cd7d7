/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** The node as the tool of n8n's own AI Agent, whose chat model follows a script. */
import assert from 'node:assert/strict';
import { startChatModel } from '../../../test/e2e/chatModel';
import { node, output, start } from '../../../test/e2e/n8nInstance';
import { b3osNode, type Site } from './site';

/** One call of the tool makes one run, and the model gets its output. */
export async function agentOn(site: Site): Promise<void> {
	const { client, fake, version } = site;
	const model = await startChatModel();
	try {
		const { id, name } = await client.createCredential('Scripted', 'openAiApi', {
			apiKey: 'none',
			url: model.url,
		});
		model.script = ({ results }) =>
			results.length === 0 ? [{ tool: 'startAndWait', args: { token: 'ETH' } }] : results[0];
		const own = b3osNode(site, 'startAndWait', {
			descriptionType: 'auto',
			variablesJson: "={{ { token: $fromAI('token', 'The token', 'string') } }}",
		});
		const tool = { ...own, type: 'n8n-nodes-b3os.b3osTool' };
		const link = (type: string) => ({ [type]: [[{ node: 'Agent', type, index: 0 }]] });
		const isOld = version.startsWith('1.');
		const flow = {
			name: 'b3os agent',
			nodes: [
				start(),
				node(
					'Agent',
					'@n8n/n8n-nodes-langchain.agent',
					{ promptType: 'define', text: 'What is it worth?', options: {} },
					{ typeVersion: isOld ? 3 : 3.1 },
				),
				node(
					'Model',
					'@n8n/n8n-nodes-langchain.lmChatOpenAi',
					{ model: { __rl: true, mode: 'id', value: 'scripted' }, options: {} },
					{ typeVersion: 1.3, credentials: { openAiApi: { id, name } } },
				),
				tool,
			],
			connections: {
				Start: link('main'),
				Model: link('ai_languageModel'),
				[tool.name]: link('ai_tool'),
			},
			settings: { executionOrder: 'v1' },
		};
		const workflow = await client.createWorkflow(flow);
		const execution = await client.waitForExecution(await client.runManually(workflow.id));
		assert.equal(execution.status, 'success', JSON.stringify(execution.data.resultData.error));
		assert.deepEqual(
			fake.service.runs.map(({ payload }) => payload),
			[{ token: 'ETH' }],
		);
		assert.match(String(output(execution, 'Agent')[0].output), /ETH/);
		assert.match(
			model.turns[0].tools[0].description ?? '',
			/^Run workflow and get its output in B3OS$/,
		);
	} finally {
		await model.close();
	}
}
