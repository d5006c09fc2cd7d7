/** 500 events delivered to a trigger in a real n8n: this package's, one that does nothing, and n8n's own Webhook. */
import type { Json, WorkflowNode } from '../../scripts/n8n/client';
import { latestN8n } from '../../scripts/n8n/install';
import { packPackage } from '../../scripts/n8n/pack';
import {
	copyAiTrigger,
	chain,
	node,
	openSite,
	type Site,
	until,
	WORKFLOW,
} from '../e2e/n8nInstance';
import { EMPTY_TRIGGER, packEmptyTrigger } from './lib/emptyTrigger';
import { fixed, median, tableOf, targetsOf } from './report';

const EVENTS = 500;
const AT_ONCE = 10;
const ROUNDS = 1;
const LEAST_RATE = { unverified: 0.9, verified: 0.45 };

interface Way {
	name: string;
	trigger: (site: Site) => WorkflowNode;
	url: string;
	workflowId: string;
	/** Events per second, of each round. */
	rates: number[];
	lost: number;
	doubles: number;
}

/** One round: it takes about a minute per trigger. */
export async function triggerTable(say: (line: string) => void): Promise<string> {
	const site = await openSite(latestN8n, [await packPackage(), await packEmptyTrigger()]);
	try {
		const ways: Way[] = [];
		for (const [name, trigger] of Object.entries(triggers))
			ways.push(await install(site, name, trigger));
		// In turns, so that whatever changes meanwhile changes for all.
		for (let round = 0; round < ROUNDS; round++) {
			for (const way of ways) {
				await deliverAll(site, way);
				say(`${way.name}: ${fixed(way.rates[round], 1)} events per second`);
			}
		}
		return report(ways);
	} finally {
		await site.close();
	}
}

const triggers: Record<string, (site: Site) => WorkflowNode> = {
	"n8n's own Webhook": () =>
		node(
			'Trigger',
			'n8n-nodes-base.webhook',
			{ path: 'bench', httpMethod: 'POST' },
			{ typeVersion: 2, webhookId: 'bench' },
		),
	'an empty community trigger': () => node('Trigger', EMPTY_TRIGGER, {}, { webhookId: 'empty' }),
	'Copy.ai Trigger, Verify off': (site) =>
		copyAiTrigger(site, { ...ofWorkflow('WCFG-OFF'), options: { verify: false } }),
	'Copy.ai Trigger, Verify on': (site) => copyAiTrigger(site, ofWorkflow('WCFG-ON')),
};

/** Each trigger has a workflow of its own: what is only delivered to another would be caught up, rightly. */
const workflowOf = (name: string) =>
	({ 'Copy.ai Trigger, Verify off': 'WCFG-OFF', 'Copy.ai Trigger, Verify on': 'WCFG-ON' })[name] ??
	WORKFLOW;
const ofWorkflow = (value: string) => ({ workflowId: { __rl: true, mode: 'id', value } });

async function install(site: Site, name: string, trigger: Way['trigger']): Promise<Way> {
	const { client, fake, n8n } = site;
	const known = fake.webhooks.length;
	const isCopyAiTrigger = name.startsWith('Copy.ai');
	const { id } = await client.createWorkflow(chain(name, trigger(site)));
	await client.activate(id);
	if (isCopyAiTrigger)
		await until(
			async () => fake.webhooks.length,
			(count) => count > known,
		);
	const path = name.includes('empty') ? 'empty/webhook' : 'bench';
	const url = isCopyAiTrigger ? (fake.webhooks.at(-1)?.url ?? '') : `${n8n.url}/webhook/${path}`;
	// It answers a moment after the registration, and not before its secret is stored.
	const [{ id: run }] = fake.seedRuns([{ workflowId: workflowOf(name) }]);
	await until(
		async () => await fake.deliver(url, 'workflowRun.completed', run),
		(status) => status === 200,
	);
	return { name, trigger, url, workflowId: id, rates: [], lost: 0, doubles: 0 };
}

async function deliverAll({ client, fake }: Site, way: Way): Promise<void> {
	const before = await count(client, way.workflowId);
	const runs = fake.seedRuns(
		Array.from({ length: EVENTS }, () => ({
			workflowId: workflowOf(way.name),
			output: { text: 'done' },
		})),
	);
	const queue = runs.values();
	const work = async () => {
		for (const { id } of queue) {
			const status = await fake.deliver(way.url, 'workflowRun.completed', id);
			if (status !== 200) throw new Error(`${way.name} answered ${status}`);
		}
	};
	const began = Date.now();
	await Promise.all(Array.from({ length: AT_ONCE }, work));
	way.rates.push((EVENTS / (Date.now() - began)) * 1000);
	const executions = await until(
		async () => await count(client, way.workflowId),
		(now) => now - before >= EVENTS,
		60_000,
	).catch(async () => await count(client, way.workflowId));
	way.lost += Math.max(0, EVENTS - (executions - before));
	way.doubles += Math.max(0, executions - before - EVENTS);
}

/** How many executions of a workflow have ended. */
export async function count(client: Site['client'], workflowId: string): Promise<number> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId, status: ['success'] }));
	const answer = await client.request<Json & { count: number }>(
		'GET',
		`/executions?limit=1&filter=${filter}`,
	);
	return answer.count;
}

function report(ways: Way[]): string {
	const rate = new Map(ways.map(({ name, rates }) => [name, median(rates)]));
	const [webhook, empty, off, on] = ways.map(({ name }) => rate.get(name) ?? 0);
	const lost = ways[3].lost + ways[2].lost;
	const doubles = ways[3].doubles + ways[2].doubles;
	const share = (what: string, measured: number, least: number) => ({
		what: `${what}: at least ${least} of the empty trigger's rate`,
		measured: fixed(measured / empty, 2),
		isMet: measured / empty >= least,
	});
	return [
		`Each trigger gets ${fixed(EVENTS)} events, ${AT_ONCE} at a time, in the same n8n; the rate is that of the answers, ${
			ways[0].rates.length === 1
				? 'of one round'
				: `the median of ${ways[0].rates.length} rounds in turns`
		}. The sender and the fake Copy.ai are one process beside n8n.`,
		targetsOf([
			share('Verify off', off, LEAST_RATE.unverified),
			share('Verify on', on, LEAST_RATE.verified),
			{
				what: 'Every event starts one execution',
				measured: `${lost} lost, ${doubles} double`,
				isMet: lost + doubles === 0,
			},
		]),
		tableOf(
			['Trigger', 'Events per second', "Share of n8n's Webhook", 'Lost', 'Double'],
			ways.map(({ name, lost, doubles }) => [
				name,
				fixed(rate.get(name) ?? 0, 1),
				fixed((rate.get(name) ?? 0) / webhook, 2),
				fixed(lost),
				fixed(doubles),
			]),
		),
	].join('\n\n');
}
