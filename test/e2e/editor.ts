/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/**
 * The package in n8n's own editor, used with a mouse: from an empty place on the canvas to the texts. Makes the pictures in
 * docs/images.
 */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { type Editor, withEditor } from './browser';
import {
	chooseCredential,
	closeNode,
	drag,
	enterWorkflow,
	field,
	findActions,
	hasText,
	isFoundBy,
	saveGoodCredential,
	step,
	takeAction,
	until,
} from './editorActions';
import { around, screenshot } from './screenshot';
import { prepareShop, products, SHOP, texts } from './shop';
import { copyAi, chain, node, rows, type Site, start } from './n8nInstance';

const ODD = 'WCFG-odd-names';
const AUTO = 'WCFG-same-names';
const oddNames = ['tone.of.voice', 'list[0]', 'say "hi"', 'tags ["x"]', "writer's 🙂"];

/** @throws Error that names the step */
export async function editorOn(site: Site): Promise<void> {
	prepareShop(site);
	site.fake.seedRuns([
		{ workflowId: AUTO, input: { product: 'a past product', words: 40 } },
		{
			workflowId: ODD,
			createdAt: Date.now() - 3_600_000,
			input: Object.fromEntries(oddNames.map((name) => [name, 'a past value'])),
		},
	]);
	const flow = chain('Product texts', start(), rows(products));
	flow.nodes.forEach((each, index) => (each.position = [index * 220, 0]));
	const { id } = await site.client.createWorkflow(flow);
	// n8n takes the newest by itself: so there is one to choose.
	await site.client.createCredential('Another team', 'copyAiApi', { apiKey: 'x', baseUrl: '' });
	await withEditor(site.n8n, async (editor) => {
		await editor.page.goto(`${site.n8n.url}/workflow/${id}`);
		await play(site, id, editor);
	});
}

async function play(site: Site, workflowId: string, editor: Editor): Promise<void> {
	const { fake } = site;
	const { page, thrown } = editor;
	const wholeNode = async () => await around([page.getByTestId('ndv')]);
	const mapper = page.getByTestId('resource-mapper-container');
	const notice = page.getByTestId('empty-fields-notice');

	await step(page, 'add the node', async () => {
		await page.getByTestId('execute-workflow-button').last().click();
		await page.getByText('2 items').waitFor();
		await page.getByTestId('canvas-handle-plus').last().click();
		for (const term of ['AI writing', 'write', 'blog', 'copywriting', 'generate text']) {
			await isFoundBy(page, term);
		}
		await findActions(page);
		const creator = page.getByTestId('node-creator');
		const last = creator.getByText('Get many webhooks', { exact: true });
		await screenshot(editor, 'add-node.png', await around([creator], last));
		await takeAction(page, 'Run workflow and get the text it writes');
	});

	await step(page, 'create a credential and have its key tested', async () => {
		await page.getByTestId('node-credentials-select').click();
		await page.getByTestId('node-credentials-select-item-new').click();
		const dialog = page.locator('.el-dialog').filter({ has: page.getByTestId('credential-name') });
		const key = dialog.getByTestId('parameter-input-apiKey');
		await key.locator('input').fill('not the key');
		await dialog.getByTestId('parameter-input-baseUrl').locator('input').fill(fake.url);
		await dialog.getByTestId('credential-save-button').click();
		await dialog.getByText(/Couldn.t connect with these settings/).waitFor();
		// n8n 1 has no such button, and a sentence of its own.
		const details = dialog.getByText('More details');
		if (await details.isVisible()) await details.click();
		await dialog
			.getByText(
				/Copy\.ai rejected the API key\. Owners and admins create one|Authorization failed/,
			)
			.waitFor();
		await dialog.getByRole('link', { name: 'API documentation' }).waitFor();
		await key.locator('input').fill(fake.settings.apiKey);
		await saveGoodCredential(editor, dialog);
		await screenshot(editor, 'credential.png', await around([dialog], key));
		await dialog.locator('.el-dialog__headerbtn').click();
		await dialog.waitFor({ state: 'hidden' });
	});

	await step(page, 'choose the credential', async () => {
		await chooseCredential(page, site.credential.name);
	});

	await step(page, 'be told what is missing', async () => {
		await hasText(notice, /Enter the workflow above/);
		assert.equal(fake.counts.listRuns, 0);
		await enterWorkflow(page, 'https://app.copy.ai/');
		await hasText(notice, /There is no workflow ID in this URL/);
		assert.equal(await mapper.getByText(/No variables found|Can.t get variables/).count(), 0);
		await enterWorkflow(page, 'WCFG-missing');
		await hasText(notice, /Workflow WCFG-missing wasn.t found/);
		await enterWorkflow(page, 'WCFG-new');
		await hasText(notice, /has no runs yet/);
		fake.set({ forbidden: true });
		await enterWorkflow(page, 'WCFG-refused');
		await hasText(notice, /Check the API key/);
		fake.set({ forbidden: false });
	});

	await step(page, 'paste the URL of a workflow and see its fields', async () => {
		await page.getByTestId('rlc-mode-selector').click();
		await page.getByTestId('mode-url').click();
		await enterWorkflow(page, `https://app.copy.ai/workflow/${SHOP}/run`);
		await mapper.getByTestId('parameter-input-Words').waitFor();
		assert.deepEqual(await columns(page), ['Product', 'Tone', 'Words']);
	});

	await step(page, 'start no run without any value', async () => {
		await page.getByTestId('node-execute-button').click();
		const output = page.getByTestId('output-panel');
		// n8n shows the message twice: as the title, and among the details.
		for (const text of [
			/2 of 2 items failed: 'Values' has no value for any variable/,
			/turn on 'Start Without Variables' under Options/,
		]) {
			await output.getByText(text).first().waitFor();
		}
		// What is folded away among the details has no inner text.
		const tags = await output.getByText(/\[item 0\]/i).allInnerTexts();
		assert.equal(tags.join(''), '');
		assert.equal(fake.counts.startRun, 0);
	});

	await step(page, 'fill fields by dragging from the input', async () => {
		await drag(page, 'product', 'Product');
		await drag(page, 'tone', 'Tone');
		const words = mapper.getByTestId('parameter-input-Words').locator('input');
		await words.fill('50');
		await words.blur();
		await hasText(field(page, 'Product'), '{{ $json.product }}');
		await screenshot(editor, 'fields-from-past-runs.png', await wholeNode());
	});

	await step(page, 'execute and see the texts', async () => {
		const before = fake.runs.length;
		await page.getByTestId('node-execute-button').click();
		const output = page.getByTestId('output-panel');
		await output.getByText('2 items', { exact: true }).first().waitFor();
		await output.getByText('COMPLETE').first().waitFor();
		await output.getByTestId('radio-button-schema').click();
		await output.getByText(texts[0].slice(0, 20)).first().waitFor();
		await output.getByText(/used 4 credits/).waitFor();
		await screenshot(editor, 'texts.png', await wholeNode());
		assert.deepEqual(
			inputsOf(fake.runs.slice(before)),
			inputsOf(
				products.map(({ product, tone }) => ({
					input: { Product: product, Tone: tone, Words: 50 },
				})),
			),
		);
	});

	await step(page, 'change the workflow and see odd names as fields', async () => {
		await enterWorkflow(page, `https://app.copy.ai/workflow/${ODD}/run`);
		await field(page, 'list[0]').waitFor();
		assert.deepEqual(await columns(page), oddNames);
		await drag(page, 'product', 'tags ["x"\u2060]');
		await drag(page, 'tone', 'tone.of.voice');
		for (const name of ['list[0]', 'say "hi"', "writer's 🙂"]) {
			const input = field(page, name).locator('input, textarea').first();
			await input.fill(`text of ${name}`);
			await input.blur();
		}
		const before = fake.runs.length;
		await page.getByTestId('node-execute-button').click();
		await until(() => fake.runs.length === before + 2);
		assert.deepEqual(inputsOf(fake.runs.slice(before))[1], {
			'tone.of.voice': 'playful',
			'list[0]': 'text of list[0]',
			'say "hi"': 'text of say "hi"',
			'tags ["x"]': 'Trail running shoes',
			"writer's 🙂": "text of writer's 🙂",
		});
	});

	await step(page, 'find odd names again after saving', async () => {
		await closeNode(editor);
		await page.getByText('Start and Wait: Workflow Run').waitFor();
		await page.keyboard.press('Control+s');
		const saved = async () =>
			(await site.client.workflow(workflowId)).nodes.find(({ type }) => /copyAi/.test(type))
				?.parameters.variables as { value?: object; schema?: Array<{ displayName: string }> };
		await until(async () => Object.keys((await saved())?.value ?? {}).length === oddNames.length);
		assert.deepEqual(
			(await saved()).schema?.map(({ displayName }) => displayName),
			oddNames,
		);
		await page.reload();
		await page.getByTestId('canvas-node').last().dblclick();
		await hasText(field(page, 'tags ["x"\u2060]'), '{{ $json.product }}');
		await hasText(field(page, 'tone.of.voice'), '{{ $json.tone }}');
	});

	await step(page, 'map automatically', async () => {
		// A node that was opened before its expressions could be evaluated misses one change of the workflow: n8n's own.
		await page.getByTestId('ndv-input-panel').getByText('Execute node').click();
		await page.getByTestId('ndv-input-panel').getByText('2 items').waitFor();
		await closeNode(editor);
		await page.getByTestId('canvas-node').last().dblclick();
		await hasText(field(page, 'tone.of.voice'), '{{ $json.tone }}');
		await enterWorkflow(page, `https://app.copy.ai/workflow/${AUTO}/run`);
		await field(page, 'product').waitFor();
		await page.getByTestId('mapping-mode-select').click();
		await page.getByRole('option', { name: /^Map Automatically/ }).click();
		const before = fake.runs.length;
		await page.getByTestId('node-execute-button').click();
		await until(() => fake.runs.length === before + 2);
		assert.deepEqual(
			inputsOf(fake.runs.slice(before)),
			products.map(({ product }) => ({ product })).reverse(),
		);
		await page.getByTestId('output-panel').getByText('COMPLETE').first().waitFor();
	});

	await step(page, 'pick a run from the list', async () => {
		await enterWorkflow(page, `https://app.copy.ai/workflow/${SHOP}/run`);
		await page.getByTestId('parameter-input-operation').click();
		await page.getByRole('option', { name: /^Get Retrieve a run/ }).click();
		const locator = page.getByTestId('resource-locator-runId');
		await locator.getByTestId('rlc-mode-selector').click();
		await page.getByTestId('mode-list').click();
		await locator.getByTestId('rlc-input-container').click();
		const items = page.getByTestId('rlc-item');
		await items.first().waitFor();
		await hasText(
			items.first(),
			/^\d{4}-\d\d-\d\d \d\d:\d\d · (Espresso machine|Trail running shoes)/,
		);
		await screenshot(editor, 'run-list.png', await wholeNode());
		await page.getByTestId('rlc-search').fill('Past product 117');
		await until(async () => (await items.count()) === 1);
		await hasText(items.first(), /^\d{4}-\d\d-\d\d \d\d:\d\d · Past product 117/);
		await items.first().click();
		await page.getByTestId('node-execute-button').click();
		await page
			.getByTestId('output-panel')
			.getByText('Made from: Past product 117')
			.first()
			.waitFor();
	});

	await step(page, 'execute a whole workflow on the canvas', async () => {
		const variable = ['Product', 'Tone'].map((name) => ({
			name,
			value: `={{ $json.${name.toLowerCase()} }}`,
		}));
		const text = {
			id: 'text',
			name: 'text',
			type: 'string',
			value: "={{ $json.output['Product Text'] }}",
		};
		const whole = chain(
			'Texts for products',
			start(),
			rows(products),
			copyAi(site, {
				workflowId: { __rl: true, mode: 'id', value: SHOP },
				variableFields: { variable },
			}),
			node(
				'Product texts',
				'n8n-nodes-base.set',
				{ assignments: { assignments: [text] }, options: {} },
				{ typeVersion: 3.4 },
			),
		);
		whole.nodes.forEach((each, index) => (each.position = [index * 220, 0]));
		const { id } = await site.client.createWorkflow(whole);
		await page.goto(`${site.n8n.url}/workflow/${id}`);
		await page.getByTestId('execute-workflow-button').last().click();
		await until(async () => (await page.getByTestId('canvas-node-status-success').count()) === 4);
		const nodes = await around([page.getByTestId('canvas-node')]);
		await screenshot(editor, 'canvas.png', {
			x: nodes.x - 60,
			y: nodes.y - 40,
			width: nodes.width + 190,
			height: nodes.height + 110,
		});
	});

	await step(page, 'see what a node will put out before it was executed', async () => {
		const edit = node('Edit', 'n8n-nodes-base.set', {}, { typeVersion: 3.4 });
		const next = chain('Not executed', start(), copyAi(site, {}), edit);
		next.nodes.forEach((each, index) => (each.position = [index * 220, 0]));
		const { id } = await site.client.createWorkflow(next);
		await page.goto(`${site.n8n.url}/workflow/${id}`);
		await page.getByTestId('canvas-node').last().dblclick();
		const fields = page.getByTestId('ndv-input-panel').getByTestId('run-data-schema-item');
		for (const name of ['id', 'workflowId', 'status', 'output', 'credits', 'createdAt']) {
			await fields.getByText(name, { exact: true }).first().waitFor();
		}
	});

	assert.deepEqual(thrown, [], 'the editor threw nothing');
}

/** Names of the mapper's fields, as they are shown. */
async function columns(page: Page): Promise<string[]> {
	const labels = page.getByTestId('mapping-fields-container').getByTestId('input-label');
	const shown = await labels.allInnerTexts();
	// Below a label stand the buttons that the pointer brings up.
	return shown
		.map((text) => text.trim().split('\n')[0])
		.filter((text) => text !== '' && !/^values/i.test(text));
}

/** What runs were started with, in an order of its own: they are started together. */
function inputsOf(runs: Array<{ input: object }>): object[] {
	const texts = runs.map(({ input }) => JSON.stringify(Object.entries(input).sort()));
	return texts
		.sort()
		.map((text) => Object.fromEntries(JSON.parse(text) as Array<[string, unknown]>));
}
