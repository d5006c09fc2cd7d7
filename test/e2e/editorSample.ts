/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** A workflow that never ran, filled in n8n's own editor by means of a pasted sample request. */
import assert from 'node:assert/strict';
import { type Editor, withEditor } from './browser';
import { drag, field, hasText, step } from './editorActions';
import { chain, copyAi, rows, type Site, start } from './n8nInstance';
import { products, texts } from './shop';

const NEVER_RAN = 'WCFG-never-ran';
const LEAKED = '3f2b8c1e-0a1b-4c5d-8e9f-0123456789ab';
const sample = (key: string) => `curl --request POST \\
  --url https://api.copy.ai/api/workflow/${NEVER_RAN}/run \\
  --header 'x-copy-ai-api-key: ${key}' \\
  --data '{ "startVariables": { "Product": "Your text", "Tone": "Your text", "Words": 50 } }'`;

/** @throws Error that names the step */
export async function samplePastedOn(site: Site): Promise<void> {
	const { fake, client } = site;
	fake.set({
		durationMs: 500,
		runRules: products.map(({ product }, index) => ({
			inputContains: product,
			output: { 'Product Text': texts[index] },
		})),
	});
	const node = copyAi(site, {
		variablesInput: 'mapper',
		variableFields: {},
		workflowId: { __rl: true, mode: 'id', value: NEVER_RAN },
	});
	const flow = chain('Pasted sample', start(), rows(products), node);
	flow.nodes.forEach((each, index) => (each.position = [index * 220, 0]));
	const { id } = await client.createWorkflow(flow);
	await withEditor(site.n8n, async (editor) => {
		await editor.page.goto(`${site.n8n.url}/workflow/${id}`);
		await play(site, editor);
	});
}

async function play({ fake }: Site, { page, thrown }: Editor): Promise<void> {
	const notice = page.getByTestId('empty-fields-notice');
	const mapper = page.getByTestId('resource-mapper-container');
	const text = page.getByTestId('parameter-input-sampleRequest').locator('textarea');
	const paste = async (pasted: string) => {
		await text.fill(pasted);
		await text.blur();
	};

	await step(page, 'open the node of a workflow that never ran', async () => {
		await page.getByTestId('canvas-node').last().dblclick();
		await hasText(notice, /has no runs yet.+Sample Request/s);
		await page.getByTestId('ndv-input-panel').getByText('Execute previous nodes').click();
		await page.getByTestId('ndv-input-panel').getByText('2 items').waitFor();
	});

	await step(page, 'add the option, and be told what to paste', async () => {
		await page.getByTestId('ndv').getByPlaceholder('Add option').click();
		await page.getByRole('option', { name: 'Sample Request', exact: true }).click();
		await paste('{ "Product": "a text" }');
		await hasText(notice, /has no startVariables with names/);
	});

	await step(page, 'paste a sample with a key, which is refused', async () => {
		await paste(sample(LEAKED));
		await hasText(notice, /contains an API key/);
	});

	await step(page, 'paste it without the key, and see its fields', async () => {
		await paste(sample('YOUR_API_KEY'));
		await mapper.getByTestId('parameter-input-Words').waitFor();
		for (const name of ['Product', 'Tone']) await field(page, name).waitFor();
	});

	await step(page, 'fill one by dragging, execute, and get the texts', async () => {
		await drag(page, 'product', 'Product');
		await page.getByTestId('node-execute-button').click();
		const output = page.getByTestId('output-panel');
		await output.getByText('COMPLETE').first().waitFor();
		await output.getByTestId('radio-button-schema').click();
		await output.getByText(texts[0].slice(0, 20)).first().waitFor();
		const runs = fake.runs.filter(({ workflowId }) => workflowId === NEVER_RAN);
		assert.deepEqual(
			runs.map(({ input }) => input.Product).sort(),
			products.map(({ product }) => product).sort(),
		);
	});

	assert.deepEqual(thrown, [], 'the editor threw nothing');
}
