/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** The trigger in n8n's own editor, used with a mouse: from an empty canvas to an event in the output. */
import assert from 'node:assert/strict';
import { type Editor, withEditor } from './browser';
import {
	chooseCredential,
	closeNode,
	findActions,
	hasText,
	step,
	takeAction,
	until,
} from './editorActions';
import { around, screenshot } from './screenshot';
import type { Site } from './n8nInstance';
import { SHOP, texts } from './shop';

/** @throws Error that names the step */
export async function listeningOn(site: Site): Promise<void> {
	const empty = { name: 'New texts', nodes: [], connections: {} };
	const { id } = await site.client.createWorkflow(empty);
	await withEditor(site.n8n, async (editor) => {
		await editor.page.goto(`${site.n8n.url}/workflow/${id}`);
		await play(site, id, editor);
	});
}

async function play(site: Site, workflowId: string, editor: Editor): Promise<void> {
	const { fake, client } = site;
	const { page } = editor;
	const output = page.getByTestId('output-panel');
	const button = page.getByTestId('ndv').getByTestId('trigger-execute-button').first();
	/** Registrations for tests, and those of the active workflow. */
	const registered = (kind: 'webhook-test' | 'webhook') =>
		fake.webhooks.filter(({ url }) => new URL(url).pathname.startsWith(`/${kind}/`));
	const secretsOf = (kind: 'webhook-test' | 'webhook') => [
		...new Set(registered(kind).map(({ url }) => new URL(url).searchParams.get('token'))),
	];

	await step(page, 'add the trigger', async () => {
		await page.getByTestId('canvas-plus-button').click();
		await findActions(page);
		await takeAction(page, 'On run completed');
	});

	await step(page, 'choose the credential and the events', async () => {
		await chooseCredential(page, site.credential.name);
		const events = page.getByTestId('parameter-input-events');
		await events.click();
		await page.getByRole('option', { name: /^Run Failed/ }).click();
		await page.keyboard.press('Escape');
		await hasText(events, /Run Completed.*Run Failed/s);
	});

	await step(page, 'read in the panel what to do, and no address', async () => {
		const node = page.getByTestId('ndv');
		await node.getByText('When will this node trigger my flow?').click();
		await node
			.getByText(/run a workflow in Copy\.ai/)
			.first()
			.waitFor();
		assert.doesNotMatch(await node.innerText(), /webhook-test|Webhook URLs/i);
	});

	await step(page, 'be registered for production too', async () => {
		await closeNode(editor);
		await page.getByText('Run Completed, Run Failed').waitFor();
		await page.keyboard.press('Control+s');
		await until(async () => (await client.workflow(workflowId)).nodes.length === 1);
		await client.activate(workflowId);
		await until(() => registered('webhook').length === 2);
		await page.reload();
		await page.getByTestId('canvas-node').last().dblclick();
		await button.waitFor();
	});

	await step(page, 'listen, and be registered for the test with a secret of its own', async () => {
		await button.click();
		await hasText(page.getByTestId('trigger-listening'), /Listening for test event/);
		assert.deepEqual(
			registered('webhook-test').map(({ eventType }) => eventType),
			['workflowRun.completed', 'workflowRun.failed'],
		);
		const [[own], [production]] = [secretsOf('webhook-test'), secretsOf('webhook')];
		assert(own && production && own !== production, 'the test has a secret of its own');
		site.secrets.push(own, production);
	});

	await step(page, 'stop listening, and be registered no more', async () => {
		await button.click();
		await until(() => registered('webhook-test').length === 0);
		await page.getByTestId('trigger-listening').waitFor({ state: 'hidden' });
	});

	await step(page, 'listen again and see an event', async () => {
		await button.click();
		await until(() => registered('webhook-test').length === 2);
		const [run] = fake.seedRuns([
			{
				workflowId: SHOP,
				input: { Product: 'Trail running shoes', Tone: 'playful' },
				output: { 'Product Text': texts[0] },
			},
		]);
		const [{ id }] = registered('webhook-test');
		assert.equal(await fake.deliver(id, 'workflowRun.completed', run), 200);
		await output.getByText('1 item', { exact: true }).waitFor();
		await output.getByTestId('radio-button-schema').click();
		const fields = output.getByTestId('run-data-schema-item');
		const field = async (name: string, value: string) =>
			await hasText(fields, new RegExp(`^${name}\\s*${value}$`));
		await field('event', 'workflowRun.completed');
		await field('id', run.id);
		await field('Product Text', texts[0]);
		await field('verified', 'true');
		await screenshot(
			editor,
			'trigger.png',
			await around([page.getByTestId('node-parameters'), output], fields.last()),
		);
	});

	await step(page, 'be registered for production only', async () => {
		await until(() => registered('webhook-test').length === 0);
		assert.equal(registered('webhook').length, 2);
		await client.deactivate(workflowId);
		await until(() => fake.webhooks.length === 0);
	});

	assert.deepEqual(editor.thrown, [], 'the editor threw nothing');
}
