/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
/** The node in n8n's own editor, used with a mouse: from an empty place on the canvas to the runs. */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { type Editor, withEditor } from '../../../test/e2e/browser';
import {
	chooseCredential,
	drag,
	field,
	findActions,
	hasText,
	step,
	takeAction,
} from '../../../test/e2e/editorActions';
import { chain, rows, start } from '../../../test/e2e/n8nInstance';
import { around, screenshot } from '../../../test/e2e/screenshot';
import type { Site } from './site';

const pictures = resolve(__dirname, '../../docs/images');

/** @throws Error that names the step */
export async function editorOn(site: Site): Promise<void> {
	const { client, n8n } = site;
	const tokens = [{ token: 'ETH' }, { token: 'SOL' }];
	const flow = chain('Token prices', start(), rows(tokens));
	flow.nodes.forEach((each, index) => (each.position = [index * 220, 0]));
	const { id } = await client.createWorkflow(flow);
	await withEditor(n8n, async (editor) => {
		await editor.page.goto(`${n8n.url}/workflow/${id}`);
		await play(site, editor);
	});
}

async function play({ credential, fake }: Site, editor: Editor): Promise<void> {
	const { page, thrown } = editor;
	const output = page.getByTestId('output-panel');

	await step(page, 'add the node', async () => {
		await page.getByTestId('execute-workflow-button').last().click();
		await page.getByText('2 items').waitFor();
		await page.getByTestId('canvas-handle-plus').last().click();
		await findActions(page, 'B3OS');
		await takeAction(page, 'Run workflow and get its output');
		await chooseCredential(page, credential.name);
	});

	await step(page, 'choose the workflow from the list and see its inputs', async () => {
		await page.getByTestId('rlc-input-container').first().click();
		await page.getByTestId('rlc-item').getByText('The workflow swap', { exact: true }).click();
		await hasText(field(page, 'token'), '');
		await hasText(field(page, 'amount'), '');
	});

	await step(page, 'fill an input by dragging, execute and see the output', async () => {
		await drag(page, 'token', 'token');
		await page.getByTestId('node-execute-button').click();
		await output.getByText('2 items', { exact: true }).first().waitFor();
		await output.getByTestId('radio-button-schema').click();
		await hasText(output.getByTestId('run-data-schema-item'), /^price\s*42$/);
		const payloads = fake.service.runs.map(({ payload }) => payload.token);
		assert.deepEqual(payloads.sort(), ['ETH', 'SOL']);
		await screenshot(editor, 'node.png', await around([page.getByTestId('ndv')]), pictures);
	});

	assert.deepEqual(thrown, [], 'the editor threw nothing');
}
