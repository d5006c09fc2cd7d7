/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { randomUUID } from 'crypto';
import assert from 'node:assert/strict';
import type { NewWorkflow } from '../../../scripts/n8n/client';
import { ensureN8n } from '../../../scripts/n8n/install';
import { database, PG } from '../postgres';
import { output, type Site, until } from '../site';
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

async function play(
	site: Site,
	flow: NewWorkflow,
	crm: Crm,
	wordPress: WordPress,
): Promise<string> {
	const { n8n, client, fake } = site;
	fake.set({
		durationMs: 2000,
		outputName: 'Product Text',
		runRules: [
			{ inputContains: 'chair', times: 1, end: 'FAILED', error: 'no seat' },
			{ inputContains: 'stool', output: { 'Product Text': '' } },
		],
	});
	const workflow = await client.createWorkflow(await settled(site, flow, crm, wordPress));
	const execute = async () => {
		const execution = await client.waitForExecution(await client.runManually(workflow.id));
		const { error } = execution.data.resultData;
		assert.deepEqual([execution.status, error?.message], ['success', undefined]);
		return execution;
	};
	/** Each of these rows has one post, with its own text, and knows which. There are no other posts. */
	const published = async (...names: string[]) => {
		const posts = await wordPress.posts();
		const rows = await crm.sql('SELECT * FROM products WHERE post_id IS NOT NULL ORDER BY post_id');
		assert.deepEqual(
			posts.map(({ id, slug, status, title, content }) => [
				String(id),
				slug,
				status,
				title.raw,
				content.raw,
			]),
			rows.map(({ id, name, post_id }) => [
				post_id,
				`product-${id}`,
				'publish',
				name,
				`Made from: ${name}`,
			]),
		);
		assert.deepEqual(rows.map(({ name }) => name).sort(), names.sort());
	};

	await crm.add('Desk lamp', 'Folding chair', 'Bar stool', 'Standing desk');
	const told = output(await execute(), 'Tell somebody');
	await published('Desk lamp', 'Standing desk');
	assert.equal(fake.runs.length, 4);
	assert.match(String(told[0].error), /ended FAILED: no seat/);

	// The row whose run ended FAILED is done now; the one without a text costs nothing again.
	await execute();
	await published('Desk lamp', 'Folding chair', 'Standing desk');
	assert.equal(fake.runs.length, 5);

	// As if n8n had been lost between the post and the row.
	await crm.sql("UPDATE products SET post_id = NULL WHERE name = 'Standing desk'");
	await execute();
	await published('Desk lamp', 'Folding chair', 'Standing desk');
	assert.equal(fake.runs.length, 5);

	// Really lost between the start of a run and its post.
	await crm.add('Bookshelf');
	await client.runManually(workflow.id);
	await until(
		async () => fake.runs.length,
		(count) => count === 6,
	);
	await n8n.kill();
	await n8n.start();
	await client.login();
	await execute();
	await execute();
	await published('Bookshelf', 'Desk lamp', 'Folding chair', 'Standing desk');
	assert.equal(fake.runs.length, 6);
	return '4 posts of 5 rows, 6 runs, in 6 executions and over a kill -9';
}

/** What the note in it says: credentials, and the address of the site. */
async function settled(
	{ client }: Site,
	flow: NewWorkflow,
	crm: Crm,
	{ url, username, password }: WordPress,
): Promise<NewWorkflow> {
	choose(
		flow,
		await client.createCredential('CRM', 'postgres', { ...PG, database: crm.name, ssl: 'disable' }),
		await client.createCredential('WordPress', 'wordpressApi', { url, username, password }),
	);
	return JSON.parse(
		JSON.stringify(flow).replaceAll('https://your-site.example', url),
	) as NewWorkflow;
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
