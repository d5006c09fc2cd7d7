/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** What keeps runs from being paid for that nobody meant to pay for. */
import assert from 'node:assert/strict';
import type { Execution, Json } from '../../scripts/n8n/client';
import {
	chain,
	copyAi,
	node,
	output,
	products,
	rows,
	run,
	type Site,
	start,
	until,
	WORKFLOW,
} from './n8nInstance';

const CONTINUE = { onError: 'continueRegularOutput' };
const HOUR_MS = 3_600_000;

const completed = (execution: Execution) =>
	output(execution).filter(({ status }) => status === 'COMPLETE').length;
const hints = (execution: Execution) =>
	(execution.data.resultData.runData['Copy.ai'].at(-1)?.hints ?? []).map(({ message }) => message);

const messageOf = ({ error }: Json) => String((error as Json).message);

/** Past runs that cost two credits each. */
function pastRuns({ fake }: Site): void {
	fake.seedRuns(
		Array.from({ length: 5 }, (_, n) => ({
			workflowId: WORKFLOW,
			input: { 'Input 1': `past product ${n}` },
			createdAt: Date.now() - (n + 1) * HOUR_MS,
			credits: 2,
		})),
	);
}

async function budget(site: Site): Promise<void> {
	const { client, fake } = site;
	pastRuns(site);
	const items = rows(products(10));
	const budgeted = copyAi(site, { options: { creditBudget: 8 } }, CONTINUE);
	const { execution } = await run(site, chain('budget', start(), items, budgeted));
	assert.equal(completed(execution), 4);
	assert.match(
		messageOf(output(execution)[9]),
		/^Credit budget of 8 reached: 8 used by 4 runs, 6 items not started \[Item 9\]$/,
	);
	assert.ok(hints(execution).some((hint) => /^Credit budget: 8 of 8 credits used by 4/.test(hint)));

	fake.reset();
	pastRuns(site);
	const hook = node(
		'Hook',
		'n8n-nodes-base.webhook',
		{ path: 'budget', httpMethod: 'POST' },
		{ typeVersion: 2, webhookId: 'budget' },
	);
	const flow = (creditBudget: number) =>
		chain('raised', hook, items, copyAi(site, { options: { creditBudget } }));
	const workflow = await client.createWorkflow(flow(8));
	await client.activate(workflow.id);
	await client.callWebhook('budget');
	const [first] = await until(
		async () => await client.executions(workflow.id),
		(list) => list.length === 1,
	);
	const stopped = await client.waitForExecution(first.id);
	assert.match(
		stopped.data.resultData.error?.message ?? '',
		/8 used by 4 runs, 6 items not started/,
	);
	const { versionId } = await client.workflow(workflow.id);
	await client.request('PATCH', `/workflows/${workflow.id}`, { ...flow(100), versionId });
	const { id } = await client.request<{ id: string }>('POST', `/executions/${first.id}/retry`, {
		loadWorkflow: true,
	});
	const retried = await client.waitForExecution(id);
	await client.deactivate(workflow.id);
	assert.equal(completed(retried), 10);
	assert.equal(fake.counts.startRun, 10);
}

async function limit(site: Site): Promise<void> {
	site.fake.set({ refuseStarts: 'creditLimit' });
	const { execution } = await run(
		site,
		chain('limit', start(), rows(products(40)), copyAi(site, {}, CONTINUE)),
	);
	const errors = output(execution).map(messageOf);
	assert.equal(errors.filter((error) => /has reached its credit limit/.test(error)).length, 40);
	assert.equal(errors.filter((error) => /^No run of workflow/.test(error)).length, 30);
	assert.equal(site.fake.counts.startRun, 10);
}

async function reuse(site: Site): Promise<void> {
	const reusing = copyAi(site, { options: { reuseWithin: 24 } });
	const three = rows([{ product: 'lamp' }, { product: 'chair' }, { product: 'lamp' }]);
	const flow = chain('reuse', start(), three, reusing);
	const workflow = await site.client.createWorkflow(flow);
	for (let times = 1; times <= 10; times++) {
		const id = await site.client.runManually(workflow.id);
		const execution = await site.client.waitForExecution(id);
		assert.equal(completed(execution), 3);
		const count = times === 1 ? 1 : 3;
		assert.ok(hints(execution).some((hint) => hint.startsWith(`${count} of 3 items reused a run`)));
	}
	assert.equal(site.fake.counts.startRun, 2);
}

async function pasted(site: Site): Promise<void> {
	const { client, credential } = site;
	const sampleRequest = `curl -d '{ "startVariables": { "Topic": "a text", "Words": 50 } }'`;
	const { fields } = await client.request<{ fields: Array<{ id: string; type: string }> }>(
		'POST',
		'/dynamic-node-parameters/resource-mapper-fields',
		{
			nodeTypeAndVersion: { name: 'n8n-nodes-copy-ai.copyAi', version: 1 },
			path: 'parameters.variables',
			currentNodeParameters: {
				resource: 'workflowRun',
				operation: 'startAndWait',
				workflowId: { __rl: true, mode: 'id', value: 'WCFG-never-ran' },
				variablesInput: 'mapper',
				options: { sampleRequest },
			},
			credentials: { copyAiApi: { id: credential.id, name: credential.name } },
			methodName: 'getVariables',
		},
	);
	assert.deepEqual(
		fields.map(({ id, type }) => [id, type]),
		[
			['Topic', 'string'],
			['Words', 'number'],
		],
	);
	const body = { startVariables: { Topic: 'a lamp' }, metadata: { campaign: 'spring' } };
	const whole: Json = { variablesInput: 'json', variablesJson: JSON.stringify(body) };
	const { execution } = await run(site, chain('pasted', start(), copyAi(site, whole)));
	assert.equal(completed(execution), 1);
	const [{ input, metadata }] = site.fake.runs;
	assert.deepEqual([input, metadata?.campaign], [{ Topic: 'a lamp' }, 'spring']);
}

/** Rows of the matrix. */
export const creditsChecks: Record<string, (site: Site) => Promise<void>> = {
	'credits: a budget is kept, and a retry with a raised one starts only the rest': budget,
	'credits: a start refused for credits ends the others': limit,
	'credits: ten executions that reuse runs pay once': reuse,
	'credits: a pasted request names fields, and a whole body is understood': pasted,
};
