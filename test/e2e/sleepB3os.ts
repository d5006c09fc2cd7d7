/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { b3osNode } from '../../b3os/test/e2e/site';
import { type FakeB3os, startFakeB3os } from '../../b3os/test/fakes/b3os';
import type { N8nClient, WorkflowNode } from '../../scripts/n8n/client';
import { packPackage } from '../../scripts/n8n/pack';
import { chain, node, output, rows } from './n8nInstance';

/** From the end of the runs until n8n has woken the helper, and that has ended, at most. */
const LATE_MS = 135_000;

const tokens = ['ETH', 'SOL', 'B3'];

/** The other package as users install it, for a row that sleeps as long as it really does. */
export async function packB3os(): Promise<string> {
	return await packPackage(resolve(__dirname, '../../b3os'));
}

export interface B3osAsleep {
	/** Its ID. */
	execution: string;
	/** What is so when the runs have ended. */
	check: () => Promise<string>;
	/** Closes the fake. */
	close: () => Promise<void>;
}

/**
 * Starts three runs of B3OS, in one execution.
 *
 * @param durationMs how long they take; longer than the minute in which the node is awake
 * @param trigger of the workflow
 * @param execute starts the workflow, and returns the execution's ID
 */
export async function beginB3os(
	client: N8nClient,
	durationMs: number,
	trigger: WorkflowNode,
	execute: (workflowId: string) => Promise<string>,
): Promise<B3osAsleep> {
	const fake: FakeB3os = await startFakeB3os({ durationMs });
	const { settings } = fake.service;
	const credential = await client.createCredential('B3OS', 'b3osApi', {
		apiKey: settings.apiKey,
		baseUrl: fake.url,
	});
	const options = { sleepWhileWaiting: true };
	const { id } = await client.createWorkflow(
		chain(
			'B3OS asleep',
			trigger,
			rows(tokens.map((token) => ({ token }))),
			b3osNode({ credential }, 'startAndWait', { options, simplify: false }),
			node('End', 'n8n-nodes-base.noOp'),
		),
	);
	const execution = await execute(id);
	const check = async (): Promise<string> => {
		const { data, status } = await client.waitForExecution(execution, durationMs + LATE_MS);
		assert.equal(status, 'success', JSON.stringify(data.resultData.error));
		const ended = await client.execution(execution);
		assert.deepEqual(
			output(ended, 'End').map((run) => run.status),
			tokens.map(() => 'success'),
		);
		assert.equal(fake.service.runs.length, tokens.length);
		const list = await client.executions(id);
		assert.deepEqual(
			list.map(({ mode }) => mode === 'integrated'),
			[true, false],
		);
		assert.equal(ended.data.resultData.runData.End.length, 1);
		const tookMs = Date.parse(ended.stoppedAt!) - Date.parse(ended.startedAt);
		assert.ok(tookMs <= durationMs + LATE_MS, `results after ${tookMs} ms`);
		return `runs of ${durationMs / 1000} s, results after ${(tookMs / 1000).toFixed(0)} s`;
	};
	return { execution, check, close: async () => await fake.close() };
}
