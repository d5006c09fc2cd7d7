/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
/** Pictures of the editor, for the README. */
import assert from 'node:assert/strict';
import { mkdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { latestN8n } from '../../scripts/n8n/install';
import { type Editor, withEditor } from './browser';
import type { Site } from './n8nInstance';

const pictures = resolve(__dirname, '../../docs/images');
const LARGEST_PICTURE = 200_000;
/** Below what a screenshot ends with, px. */
const MARGIN = 20;

/** What the editor lays over the canvas. */
const overCanvas = [
	'.vue-flow__panel',
	'.tab-bar-container',
	'[data-test-id=canvas-wrapper] > :not(:first-child)',
];

interface Box {
	x: number;
	y: number;
	width: number;
	height: number;
}

/**
 * The smallest box that holds everything that is found by these.
 * @param last ends it a little below this
 */
export async function around(found: Locator[], last?: Locator): Promise<Box> {
	const all = await Promise.all(found.map(async (each) => await each.all()));
	const boxes = await Promise.all(all.flat().map(async (each) => await each.boundingBox()));
	const end = await last?.boundingBox();
	const seen = boxes.filter((box) => box !== null);
	const x = Math.min(...seen.map((box) => box.x));
	const y = Math.min(...seen.map((box) => box.y));
	const right = Math.max(...seen.map((box) => box.x + box.width));
	const bottom = end
		? end.y + end.height + MARGIN
		: Math.max(...seen.map((box) => box.y + box.height));
	return { x, y, width: right - x, height: bottom - y };
}

/** Takes a screenshot for the README, in the newest n8n only. */
export async function screenshot(
	{ page, version }: Editor,
	name: string,
	clip: Box,
	folder = pictures,
): Promise<void> {
	if (version !== latestN8n) return;
	await mkdir(folder, { recursive: true });
	const path = join(folder, name);
	// Away with what the pointer and the last execution brought up.
	await page.addStyleTag({ content: '.el-notification { display: none !important; }' });
	await page.mouse.move(640, 45);
	await page.waitForTimeout(800);
	await page.screenshot({ path, clip });
	const { size } = await stat(path);
	assert(size < LARGEST_PICTURE, `${name} has ${size} bytes, fewer than ${LARGEST_PICTURE}`);
}

/** Takes a screenshot of a workflow's whole canvas, in the newest n8n only. @param size in pixels */
export async function canvasPicture(
	{ n8n }: Pick<Site, 'n8n'>,
	workflowId: string,
	name: string,
	size: { width: number; height: number },
	folder = pictures,
): Promise<void> {
	if (n8n.version !== latestN8n) return;
	await withEditor(n8n, async (editor) => {
		const { page } = editor;
		await page.goto(`${n8n.url}/workflow/${workflowId}`);
		await page.getByTestId('canvas-node').last().waitFor();
		const [window, canvas] = [page.viewportSize() ?? size, await canvasBox(page)];
		await page.setViewportSize({
			width: window.width - canvas.width + size.width,
			height: window.height - canvas.height + size.height,
		});
		await page.getByTestId('zoom-to-fit').click();
		await page.addStyleTag({ content: `${overCanvas.join()} { display: none !important; }` });
		await screenshot(editor, name, await canvasBox(page), folder);
	});
}

async function canvasBox(page: Page): Promise<Box> {
	const box = await page.getByTestId('canvas-wrapper').boundingBox();
	assert(box, 'the canvas is on the screen');
	return box;
}
