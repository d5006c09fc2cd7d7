/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/require-node-api-error */
/** Chromium on n8n's editor. */
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page, selectors } from 'playwright-core';
import { owner } from '../../scripts/n8n/client';
import type { N8nVersion } from '../../scripts/n8n/install';
import type { N8nInstance } from '../../scripts/n8n/instance';
import { installFromDebian } from './services';

const places = [
	process.env.CHROMIUM_PATH ?? '',
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const flags = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-dev-shm-usage',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--no-first-run',
	'--force-color-profile=srgb',
	'--hide-scrollbars',
];

/** An editor that somebody has logged in to. */
export interface Editor {
	page: Page;
	version: N8nVersion;
	/** What the page has thrown so far. */
	thrown: string[];
}

/**
 * Opens the browser, logs in as the instance's owner, and closes it after `use`. Pages reach this machine only.
 *
 * @param n8n whose owner is set up
 * @throws Error when there is no Chromium and it can't be installed
 */
export async function withEditor(
	{ url, version }: N8nInstance,
	use: (editor: Editor) => Promise<void>,
): Promise<void> {
	const executablePath = await findChromium();
	// n8n marks what tests look for in this way.
	selectors.setTestIdAttribute('data-test-id');
	// This process ends by itself when it is told to, and takes the browser with it.
	const handles = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
	const browser: Browser = await chromium.launch({ executablePath, args: flags, ...handles });
	try {
		const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
		page.setDefaultTimeout(60_000);
		await page.route(
			({ hostname }) => hostname !== '127.0.0.1',
			async (route) => await route.abort(),
		);
		const thrown: string[] = [];
		page.on('pageerror', ({ message }) => thrown.push(message));
		const { email, password } = owner;
		await page.request.post(`${url}/rest/login`, {
			data: { emailOrLdapLoginId: email, password },
		});
		await use({ page, version, thrown });
	} finally {
		await browser.close();
	}
}

/** Where it is; on Debian and Ubuntu it is installed where it is missing. */
async function findChromium(): Promise<string> {
	const found = places.find((place) => place && existsSync(place));
	if (found) return found;
	try {
		await installFromDebian('--no-install-recommends', 'chromium');
		return '/usr/bin/chromium';
	} catch (cause) {
		throw new Error('There is no Chromium: install one, or name it in CHROMIUM_PATH', { cause });
	}
}
