/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/require-node-api-error, no-console */
/** What a user does and sees in n8n's editor, in whichever version. */
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import type { N8nVersion } from '../../scripts/n8n/install';
import type { Editor } from './browser';

/** Where the two editors differ. */
function habitsOf(version: N8nVersion): Habits {
	return version.startsWith('1.')
		? { closesTestedCredential: false, closesNodeBy: 'back-to-canvas' }
		: { closesTestedCredential: true, closesNodeBy: 'ndv-close-button' };
}

interface Habits {
	/** The dialog of a credential closes by itself once its key has passed. */
	closesTestedCredential: boolean;
	/** Test id. */
	closesNodeBy: string;
}

/** Runs one step of a test. The error of a failed one has its name, and names a screenshot of the page. */
export async function step(page: Page, name: string, act: () => Promise<void>): Promise<void> {
	try {
		await act();
		console.log(`  ✓ ${name}`);
	} catch (error) {
		const file = join(tmpdir(), `copy-ai-editor-${Date.now()}.png`);
		await page.screenshot({ path: file }).catch(() => undefined);
		throw new Error(`Editor, "${name}" (${file}): ${(error as Error).message}`, { cause: error });
	}
}

/** Sees that this package is among what the open node creator finds. */
export async function isFoundBy(page: Page, term: string): Promise<void> {
	const search = page.getByTestId('node-creator-search-bar');
	const ours = page.getByTestId('node-creator-item-name').getByText('Copy.ai', { exact: true });
	await search.fill('no node has this name');
	await ours.first().waitFor({ state: 'hidden' });
	await search.fill(term);
	await ours.first().waitFor();
}

/** Finds a node in the open node creator, which then shows what it can do. */
export async function findActions(page: Page, name = 'Copy.ai'): Promise<void> {
	await page.getByTestId('node-creator-search-bar').fill(name.toLowerCase());
	const items = page.getByTestId('node-creator-item-name');
	await items.getByText(name, { exact: true }).first().click();
}

/** Adds a node by one of its actions, as the node creator names them. */
export async function takeAction(page: Page, action: string): Promise<void> {
	const items = page.getByTestId('node-creator-item-name');
	await items.getByText(action, { exact: true }).click();
	await page.getByTestId('ndv').waitFor();
}

export async function closeNode({ page, version }: Editor): Promise<void> {
	await page.getByTestId(habitsOf(version).closesNodeBy).click();
}

/** In the open dialog of a credential. @returns when the key has passed, with the dialog open */
export async function saveGoodCredential(
	{ page, version }: Editor,
	dialog: Locator,
): Promise<void> {
	await dialog.getByTestId('credential-save-button').click();
	if (habitsOf(version).closesTestedCredential) {
		await dialog.waitFor({ state: 'hidden' });
		await page.getByTestId('credential-edit-button').click();
	}
	await dialog.getByTestId('credentials-config-container-test-success').waitFor();
}

/** In the open node. */
export async function chooseCredential(page: Page, name: string): Promise<void> {
	const select = page.getByTestId('node-credentials-select');
	await select.click();
	await page
		.getByTestId('node-credentials-select-item')
		.or(page.getByRole('option'))
		.getByText(name, { exact: true })
		.first()
		.click();
	const chosen = select.locator('input').first();
	await until(async () => (await chosen.inputValue()) === name);
}

/** In the open node, in whichever mode its locator is. */
export async function enterWorkflow(page: Page, text: string): Promise<void> {
	const input = page
		.getByTestId('rlc-input')
		.locator('input')
		.or(page.locator('input[data-test-id=rlc-input]'));
	await input.first().fill(text);
	await input.first().blur();
}

export function field(page: Page, name: string): Locator {
	return page.getByTestId('mapping-fields-container').getByTestId(`parameter-input-${name}`);
}

/** Drags a field of the input onto a field of the node, as a hand does: again when something moved meanwhile. */
export async function drag(page: Page, from: string, to: string): Promise<void> {
	const pill = page
		.getByTestId('ndv-input-panel')
		.getByTestId('run-data-schema-item')
		.getByText(from, { exact: true })
		.first();
	const target = field(page, to);
	const dropped = target.filter({ hasText: `{{ $json.${from} }}` });
	for (let tries = 0; tries < 4 && (await dropped.count()) === 0; tries++) {
		await target.scrollIntoViewIfNeeded();
		const source = await pill.boundingBox();
		const goal = await target.boundingBox();
		assert(source && goal, `"${from}" and "${to}" are on the screen`);
		await page.mouse.move(source.x + source.width / 2, source.y + source.height / 2);
		await page.mouse.down();
		await page.mouse.move(goal.x + 20, goal.y + 5, { steps: 10 });
		await page.mouse.move(goal.x + goal.width / 2, goal.y + goal.height / 2, { steps: 5 });
		await page.waitForTimeout(200);
		await page.mouse.up();
		await page.waitForTimeout(1000);
	}
	await dropped.waitFor();
}

export async function hasText(where: Locator, text: string | RegExp): Promise<void> {
	await where.filter({ hasText: text }).first().waitFor();
}

export async function until(isSo: () => boolean | Promise<boolean>, ms = 60_000): Promise<void> {
	for (const end = Date.now() + ms; !(await isSo()); ) {
		assert(Date.now() < end, 'it came to it in time');
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}
