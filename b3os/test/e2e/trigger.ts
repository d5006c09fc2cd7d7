/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** The trigger in a real n8n, which polls every five seconds here. */
import assert from 'node:assert/strict';
import { chain, node, until } from '../../../test/e2e/n8nInstance';
import { b3osTrigger, type Site } from './site';

/** n8n refuses a poll time that comes more than once a minute, but takes as many as one likes. */
const EVERY_FIVE_SECONDS = Array.from({ length: 12 }, (_, n) => ({
	mode: 'custom',
	cronExpression: `${n * 5} * * * * *`,
}));

/** Runs that ended before the activation start nothing; later ones start something once, also while n8n is down. */
export async function overRestart(site: Site): Promise<void> {
	const { client, fake, n8n } = site;
	const { service } = fake;
	const end = (count: number) =>
		service.seedRuns(Array.from({ length: count }, () => ({}))).map(({ id }) => id);
	const polled = async () => {
		const before = service.counts.listAllRuns;
		await until(
			async () => service.counts.listAllRuns,
			(count) => count > before + 1,
			60_000,
		);
	};

	end(3);
	const { id } = await client.createWorkflow(
		chain(
			'b3os trigger',
			b3osTrigger(site, { pollTimes: { item: EVERY_FIVE_SECONDS } }),
			node('End', 'n8n-nodes-base.noOp'),
		),
	);
	/** The runs that executions have started with. */
	const started = async () => {
		const list = await client.executions(id);
		const all = await Promise.all(list.map(async (each) => await client.waitForExecution(each.id)));
		return all.flatMap(({ data }) =>
			(data.resultData.runData.Trigger?.[0].data?.main[0] ?? []).map(({ json }) => json.id),
		);
	};

	await client.activate(id);
	await polled();
	assert.deepEqual(await started(), []);
	const wanted = end(1);
	await until(started, (ids) => ids.length === 1, 60_000);
	await n8n.kill();
	wanted.push(...end(1));
	await n8n.start();
	await client.login();
	await until(started, (ids) => ids.length === 2, 60_000);
	wanted.push(...end(1));
	await until(started, (ids) => ids.length === 3, 60_000);
	await polled();
	assert.deepEqual((await started()).sort(), wanted.sort());
	await client.deactivate(id);
}
