/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { openEditor } from './browser';
import type { Site } from './site';

const pictures = resolve(__dirname, '../../docs/images');
const LARGEST_PICTURE = 200_000;

/** What the editor lays over the canvas. */
const overCanvas = [
	'.el-notification',
	'.vue-flow__panel',
	'.tab-bar-container',
	'[data-test-id=canvas-wrapper] > :not(:first-child)',
];

/**
 * Puts a picture of a workflow's whole canvas, as the editor shows it, into docs/images.
 *
 * @param size of the picture, in pixels
 */
export async function canvasPicture(
	{ n8n }: Site,
	workflowId: string,
	name: string,
	size: { width: number; height: number },
): Promise<void> {
	const { page, close } = await openEditor(n8n.url);
	try {
		await page.goto(`${n8n.url}/workflow/${workflowId}`);
		await page.getByTestId('canvas-node').last().waitFor();
		const [window, canvas] = [page.viewportSize() ?? size, await canvasBox(page)];
		await page.setViewportSize({
			width: window.width - canvas.width + size.width,
			height: window.height - canvas.height + size.height,
		});
		await page.getByTestId('zoom-to-fit').click();
		await page.addStyleTag({ content: `${overCanvas.join()} { display: none !important; }` });
		// It moves there, it does not jump.
		await page.waitForTimeout(1000);
		const path = resolve(pictures, name);
		await page.screenshot({ path, clip: await canvasBox(page) });
		const bytes = (await stat(path)).size;
		assert(bytes < LARGEST_PICTURE, `${name} has ${bytes} bytes, fewer than ${LARGEST_PICTURE}`);
	} finally {
		await close();
	}
}

async function canvasBox(page: Page) {
	const box = await page.getByTestId('canvas-wrapper').boundingBox();
	assert(box, 'the canvas is on the screen');
	return box;
}
