/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/require-node-api-error, no-console */
/** The node as the tool of n8n's own AI Agent, whose chat model follows a script. */
import assert from 'node:assert/strict';
import type { Json, NewWorkflow, WorkflowNode } from '../../scripts/n8n/client';
import type { N8nVersion } from '../../scripts/n8n/install';
import { type ChatModel, type Reply, startChatModel, type Turn } from './chatModel';
import { copyAi, node, run, type Site, start, WORKFLOW } from './n8nInstance';

const AGENT = '@n8n/n8n-nodes-langchain.agent';
const MODEL = '@n8n/n8n-nodes-langchain.lmChatOpenAi';

/** Versions of the agent: 2 calls its tools itself, 3 has n8n's engine call them. Versions of the model: 1.3 speaks Responses. */
function kindsIn(version: N8nVersion): Kind[] {
	return version.startsWith('1.')
		? [
				{ agent: 3, model: 1.3 },
				{ agent: 2.2, model: 1.2 },
			]
		: [
				{ agent: 3.1, model: 1.3 },
				{ agent: 2.3, model: 1.2 },
			];
}

/** @throws Error that names the scene */
export async function agentOn(site: Site): Promise<void> {
	const model = await startChatModel();
	try {
		const { id, name } = await site.client.createCredential('Scripted', 'openAiApi', {
			apiKey: 'none',
			url: model.url,
		});
		for (const kind of kindsIn(site.n8n.version)) {
			const agentOf = (tool: WorkflowNode) => workflowOf(tool, kind, { id, name });
			const label = `agent ${kind.agent}, model ${kind.model}`;
			for (const [title, scene] of Object.entries(scenes)) {
				try {
					await scene({ site, kind, model, agentOf });
					console.log(`  ✓ ${label}: ${title}`);
				} catch (error) {
					const cause = error as Error;
					throw new Error(`${label}, "${title}": ${cause.message}`, { cause });
				}
			}
		}
	} finally {
		await model.close();
	}
}

interface Kind {
	agent: number;
	model: number;
}

interface Stage {
	site: Site;
	kind: Kind;
	model: ChatModel;
	agentOf: (tool: WorkflowNode) => NewWorkflow;
}

const topic = "={{ $fromAI('topic', 'What the text is about', 'string') }}";

const scenes: Record<string, (stage: Stage) => Promise<void>> = {
	'the model calls the tool, the run happens once, the answer comes back': async (stage) => {
		const { inputs, answer, turns } = await ask(stage, fieldsTool(stage.site), ({ results }) =>
			results.length === 0 ? [{ tool: 'Copy_ai', args: { topic: 'lamp' } }] : results[0],
		);
		assert.deepEqual(inputs, [{ 'Input 1': 'lamp' }]);
		assert.match(answer, /Made from: lamp/);
		const [{ tools }] = turns;
		assert.equal(tools.length, 1);
		assert.equal(tools[0].description, 'Run workflow and get the text it writes in Copy.ai');
		assert.equal(tools[0].parameters.properties?.topic?.description, 'What the text is about');
		// Lean: what a model needs, no more.
		assert.deepEqual(Object.keys(itemsIn(answer)[0]).sort(), [
			'createdAt',
			'credits',
			'id',
			'output',
			'status',
			'workflowId',
		]);
	},
	'two calls at once make two runs': async (stage) => {
		const { inputs, answer } = await ask(stage, fieldsTool(stage.site), ({ results }) =>
			results.length === 0
				? ['lamp', 'chair'].map((each) => ({ tool: 'Copy_ai', args: { topic: each } }))
				: results.join('\n'),
		);
		assert.deepEqual(inputs.map((input) => input['Input 1']).sort(), ['chair', 'lamp']);
		assert.match(answer, /Made from: lamp/);
		assert.match(answer, /Made from: chair/);
	},
	'asked to sleep, the tool answers while the agent waits': async (stage) => {
		const options = { sleepWhileWaiting: true };
		const { inputs, answer } = await ask(
			stage,
			fieldsTool(stage.site, { options }),
			({ results }) =>
				results.length === 0 ? [{ tool: 'Copy_ai', args: { topic: 'lamp' } }] : results[0],
		);
		assert.deepEqual(inputs, [{ 'Input 1': 'lamp' }]);
		assert.match(answer, /Made from: lamp/);
	},
	'two calls one after the other make two runs, also with the same words': async (stage) => {
		const { inputs } = await ask(stage, fieldsTool(stage.site), ({ results }) =>
			results.length < 2 ? [{ tool: 'Copy_ai', args: { topic: 'lamp' } }] : 'Both are there.',
		);
		assert.deepEqual(inputs, [{ 'Input 1': 'lamp' }, { 'Input 1': 'lamp' }]);
	},
	'the fields from past runs take values from the model': async (stage) => {
		const column = { id: 'Input 1', displayName: 'Input 1', type: 'string', display: true };
		const tool = toolOf(stage.site, {
			variablesInput: 'mapper',
			variables: {
				mappingMode: 'defineBelow',
				value: { 'Input 1': topic },
				matchingColumns: [],
				schema: [{ ...column, required: false, defaultMatch: false, canBeUsedToMatch: false }],
			},
		});
		const { inputs } = await ask(stage, tool, ({ results }) =>
			results.length === 0 ? [{ tool: 'Copy_ai', args: { topic: 'desk' } }] : 'Done.',
		);
		assert.deepEqual(inputs, [{ 'Input 1': 'desk' }]);
	},
	'JSON takes all variables from the model': async (stage) => {
		const tool = toolOf(stage.site, {
			variablesInput: 'json',
			variablesJson: "={{ $fromAI('variables', 'Values of Input 1 and Tone', 'json') }}",
		});
		const variables = { 'Input 1': 'sofa', Tone: 'dry' };
		const { inputs } = await ask(stage, tool, ({ results }) =>
			results.length === 0 ? [{ tool: 'Copy_ai', args: { variables } }] : 'Done.',
		);
		assert.deepEqual(inputs, [variables]);
	},
	'a failed run comes back as words that a model can act on': async (stage) => {
		stage.site.fake.set({
			runRules: [{ inputContains: 'unicorn', end: 'FAILED', error: 'No such animal' }],
		});
		// n8n 1.123 ends the execution when a tool throws and does not continue.
		const tool = { ...fieldsTool(stage.site), onError: 'continueRegularOutput' };
		const { inputs, turns } = await ask(stage, tool, ({ results }) =>
			results.length === 0 ? [{ tool: 'Copy_ai', args: { topic: 'unicorn' } }] : 'Sorry.',
		);
		assert.equal(inputs.length, 1);
		// Agents before version 3 tell their model nothing of what went wrong in a tool.
		const said = turns.at(-1)?.results[0];
		if (stage.kind.agent >= 3) assert.match(said ?? '', /failed: No such animal/);
	},
};

function toolOf(site: Site, parameters: Json): WorkflowNode {
	const tool = copyAi(site, { descriptionType: 'auto', ...parameters });
	return { ...tool, type: 'n8n-nodes-copy-ai.copyAiTool' };
}

function fieldsTool(site: Site, parameters: Json = {}): WorkflowNode {
	const variableFields = { variable: [{ name: 'Input 1', value: topic }] };
	return toolOf(site, { variableFields, ...parameters });
}

function workflowOf(
	tool: WorkflowNode,
	kind: Kind,
	credential: { id: string; name: string },
): NewWorkflow {
	const nodes = [
		start(),
		node(
			'Agent',
			AGENT,
			{ promptType: 'define', text: 'Write something', options: {} },
			{ typeVersion: kind.agent },
		),
		node(
			'Model',
			MODEL,
			{ model: { __rl: true, mode: 'id', value: 'scripted' }, options: {} },
			{ typeVersion: kind.model, credentials: { openAiApi: credential } },
		),
		tool,
	];
	const to = (type: string) => ({ [type]: [[{ node: 'Agent', type, index: 0 }]] });
	return {
		name: 'Agent with a tool',
		nodes,
		connections: {
			Start: to('main'),
			Model: to('ai_languageModel'),
			[tool.name]: to('ai_tool'),
		},
		settings: { executionOrder: 'v1' },
	};
}

/** Runs the agent once. @returns what runs were started with, and what the agent put out */
async function ask(
	{ site, model, agentOf }: Stage,
	tool: WorkflowNode,
	script: (turn: Turn) => Reply,
): Promise<{ inputs: Json[]; answer: string; turns: Turn[] }> {
	const runsBefore = site.fake.runs.length;
	const turnsBefore = model.turns.length;
	model.script = script;
	const { execution } = await run(site, agentOf(tool));
	const { runData, error } = execution.data.resultData;
	assert.equal(execution.status, 'success', JSON.stringify(error?.message));
	const [item] = runData.Agent.at(-1)?.data?.main[0] ?? [];
	const started = site.fake.runs.slice(runsBefore);
	assert(started.every(({ workflowId }) => workflowId === WORKFLOW));
	return {
		inputs: started.map(({ input }) => input),
		answer: String(item?.json.output),
		turns: model.turns.slice(turnsBefore),
	};
}

/** The items in what a tool answered. */
function itemsIn(answer: string): Json[] {
	const value = JSON.parse(answer) as Json | Json[] | { response: Json[] };
	const items = 'response' in value ? value.response : value;
	return [items].flat() as Json[];
}
