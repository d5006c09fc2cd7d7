/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { randomUUID } from 'crypto';
import assert from 'node:assert/strict';
import type { NewWorkflow } from '../../../scripts/n8n/client';
import { ensureN8n } from '../../../scripts/n8n/install';
import { canvasPicture } from '../screenshot';
import { database, PG } from '../postgres';
import { type Site, until } from '../n8nInstance';
import { startWordPress, type WordPress } from '../wordpress';
import { choose } from './flow';

export async function crmRowBecomesAPost(site: Site, flow: NewWorkflow): Promise<string> {
	const crm = await openCrm(site);
	try {
		const wordPress = await startWordPress();
		try {
			return await play(site, flow, crm, wordPress);
		} finally {
			await wordPress.close();
		}
	} finally {
		await crm.close();
	}
}

/** A title for which WordPress has no room. */
const TOO_LONG = 'x'.repeat(70_000);

async function play(
	site: Site,
	flow: NewWorkflow,
	crm: Crm,
	wordPress: WordPress,
): Promise<string> {
	const { n8n, client, fake } = site;
	fake.set({
		durationMs: 1500,
		outputName: 'Product Text',
		runRules: [
			{ inputContains: 'chair', times: 1, end: 'FAILED', error: 'no seat' },
			{ inputContains: 'stool', output: { 'Product Text': '' } },
		],
	});
	await chooseCredentials(site, flow, crm, wordPress);
	const workflow = await client.createWorkflow(onSite(flow, wordPress.url));
	let executions = 0;
	const execute = async () => {
		executions++;
		const execution = await client.waitForExecution(await client.runManually(workflow.id));
		const { error } = execution.data.resultData;
		assert.deepEqual([execution.status, error?.message], ['success', undefined]);
		return execution;
	};
	/** Each of these rows has one post, with its own text, and knows which; there are no other posts, and so many runs. */
	const published = async (names: string[], runs: number) => {
		const posts = await wordPress.posts();
		const rows = await crm.sql('SELECT * FROM products WHERE post_id IS NOT NULL ORDER BY post_id');
		assert.deepEqual(
			posts.map((post) => [post.slug, post.status, post.title.raw, post.content.raw]),
			rows.map(({ id, name }) => [`product-${id}`, 'publish', name, `Made from: ${name}`]),
		);
		assert.deepEqual(
			posts.map(({ id }) => String(id)),
			rows.map(({ post_id }) => post_id),
		);
		assert.deepEqual(rows.map(({ name }) => name).sort(), names.sort());
		assert.equal(fake.runs.length, runs);
	};

	await crm.add('Desk lamp', 'Folding chair', TOO_LONG, 'Bar stool', 'Standing desk');
	const { runData } = (await execute()).data.resultData;
	await published(['Desk lamp', 'Standing desk'], 5);
	const told = (name: string) =>
		runData[name].flatMap(
			({ data }) => data?.main[0]?.map(({ json }) => String(json.message)) ?? [],
		);
	const [noText, failed, ...others] = told('No text: tell somebody').sort();
	assert.equal(noText, 'Bar stool: Copy.ai returned no text');
	assert.match(failed, /^Folding chair: .+ failed: no seat/);
	assert.deepEqual(others, []);
	const refused = told('No post: tell somebody');
	assert.deepEqual([refused.length, refused[0].slice(0, 70_002)], [1, `${TOO_LONG}: `]);

	// The row whose run failed is done now; those without a post have their run already.
	await execute();
	await published(['Desk lamp', 'Folding chair', 'Standing desk'], 6);

	// As if n8n had been lost between the post and the row.
	await crm.sql("UPDATE products SET post_id = NULL WHERE name = 'Standing desk'");
	await execute();
	await published(['Desk lamp', 'Folding chair', 'Standing desk'], 6);

	// Really lost, between the start of a run and its post.
	await crm.add('Bookshelf');
	await client.runManually(workflow.id);
	await until(
		async () => fake.runs.length,
		(count) => count === 7,
	);
	await n8n.kill();
	await n8n.start();
	await client.login();
	await execute();
	await published(['Bookshelf', 'Desk lamp', 'Folding chair', 'Standing desk'], 7);

	const { id } = await client.createWorkflow(flow);
	await canvasPicture(site, id, 'crm-to-post.png', { width: 1440, height: 500 });
	return `6 rows, 7 runs (1 FAILED), 4 posts after ${executions} executions and a kill -9`;
}

async function chooseCredentials(
	{ client }: Site,
	flow: NewWorkflow,
	{ name: database }: Crm,
	{ url, username, password }: WordPress,
): Promise<void> {
	choose(
		flow,
		await client.createCredential('CRM', 'postgres', { ...PG, database, ssl: 'disable' }),
		await client.createCredential('WordPress', 'wordpressApi', { url, username, password }),
	);
}

/** With the address of the site, which the note in the example asks for. */
function onSite(flow: NewWorkflow, url: string): NewWorkflow {
	const text = JSON.stringify(flow).replaceAll('https://your-site.example', url);
	return JSON.parse(text) as NewWorkflow;
}

/** A database of its own with the table of the example. */
interface Crm {
	name: string;
	sql(statement: string): Promise<Row[]>;
	add(...names: string[]): Promise<void>;
	close(): Promise<void>;
}

interface Row {
	id: number;
	name: string;
	/** A bigint, as text. */
	post_id: string | null;
}

async function openCrm({ n8n }: Site): Promise<Crm> {
	const { folder } = await ensureN8n(n8n.version);
	const name = `copy_ai_e2e_${randomUUID().slice(0, 8)}`;
	const server = database(folder, 'postgres');
	await server(`CREATE DATABASE ${name}`);
	const sql = database<Row>(folder, name);
	await sql('CREATE TABLE products (id serial PRIMARY KEY, name text, post_id bigint)');
	const add = async (...names: string[]) => {
		const values = names.map((each) => `('${each}')`).join();
		await sql(`INSERT INTO products (name) VALUES ${values}`);
	};
	// n8n keeps connections open.
	const close = async () => void (await server(`DROP DATABASE ${name} WITH (FORCE)`));
	return { name, sql, add, close };
}
