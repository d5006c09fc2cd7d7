/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { b3osNode } from '../../b3os/test/e2e/site';
import { type FakeB3os, startFakeB3os } from '../../b3os/test/fakes/b3os';
import { packPackage } from '../../scripts/n8n/pack';
import { chain, node, output, rows, type Site, start } from './n8nInstance';

/** Longer than the minute in which the node is awake, and than what comes before this row. */
const DURATION_MS = 150_000;
/** From the end of the runs until n8n has woken the helper. */
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

/** Starts three runs of B3OS in this n8n. */
export async function beginB3os({ client, n8n }: Site): Promise<B3osAsleep> {
	const fake: FakeB3os = await startFakeB3os({ durationMs: DURATION_MS });
	const { settings } = fake.service;
	const credential = await client.createCredential('B3OS', 'b3osApi', {
		apiKey: settings.apiKey,
		baseUrl: fake.url,
	});
	const site = { client, fake, credential, version: n8n.version };
	const options = { sleepWhileWaiting: true };
	const { id } = await client.createWorkflow(
		chain(
			'B3OS asleep',
			start(),
			rows(tokens.map((token) => ({ token }))),
			b3osNode(site, 'startAndWait', { options, simplify: false }),
			node('End', 'n8n-nodes-base.noOp'),
		),
	);
	const execution = await client.runManually(id);
	const check = async (): Promise<string> => {
		const { data, status } = await client.waitForExecution(execution, DURATION_MS + LATE_MS);
		assert.equal(status, 'success', JSON.stringify(data.resultData.error));
		const ended = await client.execution(execution);
		assert.deepEqual(
			output(ended, 'End').map((run) => run.status),
			tokens.map(() => 'success'),
		);
		assert.equal(fake.service.runs.length, tokens.length);
		const list = await client.executions(id);
		assert.deepEqual(
			list.map(({ mode }) => mode),
			['integrated', 'manual'],
		);
		const seconds = (Date.parse(ended.stoppedAt!) - Date.parse(ended.startedAt)) / 1000;
		return `runs of ${DURATION_MS / 1000} s, results after ${seconds.toFixed(0)} s`;
	};
	return { execution, check, close: async () => await fake.close() };
}
