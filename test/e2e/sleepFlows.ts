/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import assert from 'node:assert/strict';
import type { Execution, Json, NewWorkflow } from '../../scripts/n8n/client';
import type { RunRule } from '../fakes/copyAi';
import {
	chain,
	copyAi,
	hook,
	node,
	output,
	rows,
	type Site,
	start,
	to,
	until,
} from './n8nInstance';

/** One workflow whose node sleeps, and what is so when it has ended. Its runs are those with its own word in the input. */
export interface SleepCheck {
	runRules?: RunRule[];
	/** Whether it doesn't sleep at all. */
	isAwake?: true;
	/** @returns the execution's id */
	begin(site: Site): Promise<string>;
	/** Done while it is asleep. */
	whileAsleep?(site: Site, id: string): Promise<void>;
	check(site: Site, execution: Execution): Promise<void>;
}

const sleepWhileWaiting = true;
const end = () => node('End', 'n8n-nodes-base.noOp');

/** Three rows; the second one's run fails if asked for. */
const three = (word: string, second = '') =>
	rows([0, 1, 2].map((n) => ({ product: `${word} ${n}${n === 1 ? second : ''}` })));

async function manually({ client }: Site, flow: NewWorkflow): Promise<string> {
	const workflow = await client.createWorkflow(flow);
	return await client.runManually(workflow.id);
}

/** Calls the workflow's webhook, and answers its execution's id. */
async function called({ client }: Site, flow: NewWorkflow, path: string): Promise<string> {
	const workflow = await client.createWorkflow(flow);
	await client.activate(workflow.id);
	void client.callWebhook(path);
	const [{ id }] = await until(
		async () => (await client.executions(workflow.id)).filter(({ mode }) => mode === 'webhook'),
		(list) => list.length > 0,
	);
	return id;
}

function inputsOf({ fake }: Site, word: string): string[] {
	return fake.runs
		.map(({ input }) => String(input['Input 1']))
		.filter((text) => text.includes(word));
}

/** The texts of the outputs of a node's last run. */
function texts(execution: Execution, name: string, branch = 0): string[] {
	return output(execution, name, branch).map((json) => {
		const { text } = (json.output ?? {}) as Json;
		return text ? String(text).replace('Made from: ', '') : String(json.status ?? 'error');
	});
}

const asked = (word: string, second = '') => [`${word} 0`, `${word} 1${second}`, `${word} 2`];

/** On Error: one run of three fails while the node sleeps. */
function onError(word: string, settings: Json, check: (execution: Execution) => void): SleepCheck {
	return {
		runRules: [{ inputContains: `${word} 1 bad`, end: 'FAILED', error: 'no seat' }],
		begin: async (site) =>
			await manually(
				site,
				chain(
					word,
					start(),
					three(word, ' bad'),
					copyAi(site, { options: { sleepWhileWaiting } }, settings),
					end(),
				),
			),
		check: async (site, execution) => {
			check(execution);
			assert.deepEqual(inputsOf(site, word).sort(), asked(word, ' bad'));
		},
	};
}

/** A node that is asked to sleep and can't: it waits in the process, and a hint says why. */
function staysAwake(
	word: string,
	reason: RegExp,
	options: Json,
	begin = manually,
	change: (flow: NewWorkflow) => NewWorkflow = (flow) => flow,
): SleepCheck {
	return {
		isAwake: true,
		runRules: [{ inputContains: word, durationMs: 3000 }],
		begin: async (site) =>
			await begin(
				site,
				change(
					chain(
						word,
						start(),
						three(word),
						copyAi(site, { options: { sleepWhileWaiting, ...options } }),
						end(),
					),
				),
			),
		check: async ({ client }, execution) => {
			assert.deepEqual(texts(execution, 'End'), asked(word));
			const hints = execution.data.resultData.runData['Copy.ai'][0].hints ?? [];
			const said = hints.filter(({ message }) => message.includes('Sleep While Waiting'));
			assert.equal(said.length, 1);
			assert.match(said[0].message, reason);
			const list = await client.executions(execution.workflowId);
			assert.deepEqual(
				list.map(({ id }) => id),
				[execution.id],
			);
		},
	};
}

function timesOut(word: string, onTimeout: string, check: (execution: Execution) => void) {
	const sleeping: SleepCheck = {
		runRules: [{ inputContains: `${word} 1`, end: 'never' }],
		begin: async (site) =>
			await manually(
				site,
				chain(
					word,
					start(),
					three(word),
					copyAi(site, { options: { sleepWhileWaiting, timeout: 20, onTimeout } }),
					end(),
				),
			),
		check: async (_, execution) => check(execution),
	};
	return sleeping;
}

export const sleepFlows: Record<string, SleepCheck> = {
	'Sleep While Waiting: three items, in order, each once': {
		begin: async (site) => {
			const options = { sleepWhileWaiting, startKey: '=main-{{ $json.product }}' };
			const flow = chain('main', hook('main'), three('main'), copyAi(site, { options }), end());
			return await called(site, flow, 'main');
		},
		check: async (site, execution) => {
			assert.equal(execution.status, 'success');
			assert.deepEqual(texts(execution, 'End'), asked('main'));
			assert.equal(execution.data.resultData.runData.End.length, 1);
			assert.deepEqual(
				execution.data.resultData.runData['Copy.ai'][0].data?.main[0]?.map(
					({ pairedItem }) => pairedItem,
				),
				[0, 1, 2].map((item) => ({ item })),
			);
			assert.equal(inputsOf(site, 'main').length, 3);
			const list = await site.client.executions(execution.workflowId);
			assert.deepEqual(
				list.map(({ mode, status }) => [mode, status]),
				[
					['integrated', 'success'],
					['webhook', 'success'],
				],
			);
		},
	},

	'Sleep While Waiting: On Error > Stop, one run of three FAILED': onError(
		'stop',
		{},
		(execution) => {
			assert.equal(execution.status, 'error');
			assert.match(execution.data.resultData.error?.message ?? '', /Run WRUN-.* failed: no seat/);
			assert.equal(execution.data.resultData.runData.End, undefined);
		},
	),

	'Sleep While Waiting: On Error > Continue, one run of three FAILED': onError(
		'regular',
		{ onError: 'continueRegularOutput' },
		(execution) => {
			assert.equal(execution.status, 'success');
			assert.deepEqual(texts(execution, 'End'), ['regular 0', 'error', 'regular 2']);
			const { message, runId } = output(execution, 'End')[1].error as Json;
			assert.match(String(message), /failed: no seat \[Item 1\]/);
			assert.match(String(runId), /^WRUN-/);
		},
	),

	'Sleep While Waiting: On Error > Continue (using error output), one run of three FAILED': onError(
		'branch',
		{ onError: 'continueErrorOutput' },
		(execution) => {
			assert.equal(execution.status, 'success');
			assert.deepEqual(texts(execution, 'Copy.ai'), ['branch 0', 'branch 2']);
			const [failed, ...others] = output(execution, 'Copy.ai', 1);
			assert.equal(others.length, 0);
			assert.match(JSON.stringify(failed.error), /failed: no seat \[Item 1\]/);
		},
	),

	'Sleep While Waiting: a loop of three batches': {
		begin: async (site) => {
			const flow = chain(
				'loop',
				start(),
				three('loop'),
				node('Loop', 'n8n-nodes-base.splitInBatches', { batchSize: 1 }, { typeVersion: 3 }),
				copyAi(site, { options: { sleepWhileWaiting } }),
				end(),
			);
			flow.connections.Loop = { main: [[to('End')], [to('Copy.ai')]] };
			flow.connections['Copy.ai'] = { main: [[to('Loop')]] };
			return await manually(site, flow);
		},
		check: async (site, execution) => {
			assert.equal(execution.status, 'success');
			assert.deepEqual(texts(execution, 'End'), asked('loop'));
			assert.equal(execution.data.resultData.runData['Copy.ai'].length, 3);
			assert.equal(inputsOf(site, 'loop').length, 3);
		},
	},

	'Sleep While Waiting: in a sub-workflow': {
		begin: async (site) => {
			const trigger = node(
				'Start',
				'n8n-nodes-base.executeWorkflowTrigger',
				{
					inputSource: 'passthrough',
				},
				{ typeVersion: 1.1 },
			);
			const inner = await site.client.createWorkflow(
				chain('inner', trigger, copyAi(site, { options: { sleepWhileWaiting } })),
			);
			await site.client.activate(inner.id);
			const call = node(
				'Call',
				'n8n-nodes-base.executeWorkflow',
				{ workflowId: { __rl: true, mode: 'id', value: inner.id }, options: {} },
				{ typeVersion: 1.2 },
			);
			return await manually(site, chain('outer', start(), three('sub'), call, end()));
		},
		check: async (site, execution) => {
			assert.equal(execution.status, 'success');
			assert.deepEqual(texts(execution, 'End'), asked('sub'));
			assert.equal(inputsOf(site, 'sub').length, 3);
		},
	},

	'Sleep While Waiting: the timeout, On Timeout > Stop': timesOut('late', 'stop', (execution) => {
		assert.equal(execution.status, 'error');
		assert.match(
			execution.data.resultData.error?.message ?? '',
			/did not finish within 20 seconds\. Last status: PROCESSING/,
		);
	}),

	'Sleep While Waiting: the timeout, On Timeout > Continue': timesOut(
		'tardy',
		'continue',
		(execution) => assert.deepEqual(texts(execution, 'End'), ['tardy 0', 'PROCESSING', 'tardy 2']),
	),

	'Sleep While Waiting: the Wait operation': {
		begin: async (site) => {
			const runId = { __rl: true, mode: 'id', value: '={{ $json.id }}' };
			const options = { sleepWhileWaiting };
			return await manually(
				site,
				chain(
					'wait',
					start(),
					three('wait'),
					copyAi(site, { operation: 'start' }, {}, 'Start run'),
					copyAi(site, { operation: 'wait', runId, simplify: false, options }, {}, 'Wait'),
					end(),
				),
			);
		},
		check: async (_, execution) => {
			assert.deepEqual(texts(execution, 'End'), asked('wait'));
			// Not simplified.
			assert.deepEqual(
				output(execution, 'End').map(({ input }) => (input as Json)['Input 1']),
				asked('wait'),
			);
		},
	},

	'Sleep While Waiting: Stop in the sleep': {
		begin: async (site) =>
			await manually(
				site,
				chain(
					'halt',
					start(),
					three('halt'),
					copyAi(site, { options: { sleepWhileWaiting } }),
					end(),
				),
			),
		whileAsleep: async ({ client }, id) => await client.stopExecution(id),
		check: async ({ client }, execution) => {
			assert.equal(execution.status, 'canceled');
			assert.equal(execution.data.resultData.runData.End, undefined);
			// Retry lets the node's input through: that is what is known of each run.
			const retried = await client.waitForExecution(await client.retryExecution(execution.id));
			assert.deepEqual(
				output(retried, 'End').map(({ id, status }) => `${String(id).slice(0, 5)} ${status}`),
				[0, 1, 2].map(() => 'WRUN- WAITING'),
			);
		},
	},

	'Sleep While Waiting stays awake: the workflow has a timeout': staysAwake(
		'limited',
		/settings have a timeout/,
		{},
		manually,
		(flow) => ({ ...flow, settings: { ...flow.settings, executionTimeout: 3600 } }),
	),
	'Sleep While Waiting stays awake: a short timeout': staysAwake(
		'short',
		/'Timeout' is less than/,
		{ timeout: 6 },
	),
	'Sleep While Waiting stays awake: a credit budget': staysAwake('budget', /'Credit Budget'/, {
		creditBudget: 100,
	}),
	'Sleep While Waiting stays awake: a webhook answers with the last node': staysAwake(
		'answer',
		/answered too early/,
		{},
		async (site, flow) => {
			const nodes = [hook('answer', { responseMode: 'lastNode' }), ...flow.nodes.slice(1)];
			return await called(site, chain('answer', ...nodes), 'answer');
		},
	),
};
