/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
/** What a first user does, as README.md says it: install the package, add the node, and get the first texts. */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Locator } from 'playwright-core';
import { run, temporaryFolder } from '../../scripts/n8n/processes';
import { type Editor, withEditor } from './browser';
import {
	drag,
	enterWorkflow,
	field,
	findActions,
	hasText,
	saveGoodCredential,
	step,
	takeAction,
} from './editorActions';
import { Film, isFilmed } from './film';
import { chain, openSite, rows, type Site, start } from './n8nInstance';
import { prepareShop, products, SHOP, texts } from './shop';

const picture = resolve(__dirname, '../../docs/images/first-run.gif');

const ACTION = 'Run workflow and get the text it writes';

/** Seconds since a moment, as a text. */
const since = (began: number) => `${((Date.now() - began) / 1000).toFixed(1)} s`;

/** An n8n into which the package was installed with the command of README.md. */
export async function openInstalled(
	version: string,
	[tgz]: string[],
): Promise<{ site: Site; took: string }> {
	const userFolder = temporaryFolder('n8n-user-');
	const nodes = join(userFolder, '.n8n', 'nodes');
	await mkdir(nodes, { recursive: true });
	const began = Date.now();
	const shell = process.platform === 'win32';
	const npm = shell ? 'npm.cmd' : 'npm';
	await run(npm, ['install', '--omit=peer', tgz], { cwd: nodes, shell });
	const installed = `npm install ${since(began)}`;
	const started = Date.now();
	const site = await openSite(version, [], {}, userFolder);
	return { site, took: `${installed}, n8n ${since(started)}` };
}

/** @returns how long it took in the editor */
export async function firstRunOn(site: Site): Promise<string> {
	prepareShop(site);
	const flow = chain('Product texts', start(), rows(products));
	flow.nodes.forEach((each, index) => (each.position = [index * 220, 0]));
	const { id } = await site.client.createWorkflow(flow);
	let note = '';
	await withEditor(site.n8n, async (editor) => {
		await editor.page.goto(`${site.n8n.url}/workflow/${id}`);
		await editor.page.getByTestId('execute-workflow-button').last().click();
		await editor.page.getByText('2 items').waitFor();
		const film = isFilmed ? await Film.begin(editor.page) : undefined;
		const began = Date.now();
		await play(site, editor, film);
		note = [`editor ${since(began)}`, await film?.save(picture)].filter(Boolean).join(', ');
	});
	return note;
}

async function play({ fake }: Site, editor: Editor, film?: Film): Promise<void> {
	const { page } = editor;
	const click = async (at: Locator) => {
		await film?.point(at);
		await at.click();
	};

	await step(page, '1. add the node by its action', async () => {
		await click(page.getByTestId('canvas-handle-plus').last());
		await findActions(page);
		await film?.point(page.getByTestId('node-creator').getByText(ACTION, { exact: true }));
		await takeAction(page, ACTION);
	});

	await step(page, '2. create the credential', async () => {
		film?.pause();
		await page.getByTestId('node-credentials-select').click();
		await page.getByTestId('node-credentials-select-item-new').click();
		const dialog = page.locator('.el-dialog').filter({ has: page.getByTestId('credential-name') });
		await dialog.getByTestId('parameter-input-apiKey').locator('input').fill(fake.settings.apiKey);
		await dialog.getByTestId('parameter-input-baseUrl').locator('input').fill(fake.url);
		await saveGoodCredential(editor, dialog);
		await dialog.locator('.el-dialog__headerbtn').click();
		await dialog.waitFor({ state: 'hidden' });
		film?.resume();
	});

	await step(page, '3. paste the URL of the workflow', async () => {
		await click(page.getByTestId('rlc-mode-selector'));
		await click(page.getByTestId('mode-url'));
		await enterWorkflow(page, `https://app.copy.ai/workflow/${SHOP}/run`);
		await field(page, 'Words').waitFor();
	});

	await step(page, '4. fill in the values', async () => {
		await drag(page, 'product', 'Product');
		await drag(page, 'tone', 'Tone');
		const words = field(page, 'Words').locator('input');
		await film?.point(words);
		await words.fill('50');
		await words.blur();
	});

	await step(page, '5. execute the node, and read the first text', async () => {
		await click(page.getByTestId('node-execute-button'));
		const output = page.getByTestId('output-panel');
		await output.getByText('COMPLETE').first().waitFor();
		// Without passing over what n8n says of the time that it took.
		await output.getByTestId('radio-button-schema').click();
		await hasText(output, texts[0].slice(0, 20));
	});
}
