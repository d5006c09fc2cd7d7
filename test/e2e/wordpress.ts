/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/require-node-api-error */
/** A real WordPress from Debian's packages, with a database and a folder of its own, served by PHP itself. */
import { randomUUID } from 'crypto';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, startOwned, temporaryFolder } from '../../scripts/n8n/processes';
import { installFromDebian } from './services';

const DEBIAN = '/usr/share/wordpress';
const USER = 'editor';

export interface WordPress {
	/** Without a slash at the end. */
	url: string;
	username: string;
	/** An application password, as n8n's credential wants it. */
	password: string;
	/** All posts that are not in the trash, oldest first. */
	posts(): Promise<Post[]>;
	close(): Promise<void>;
}

export interface Post {
	id: number;
	slug: string;
	status: string;
	title: { raw: string };
	content: { raw: string };
}

/** Needs MariaDB on loopback. WordPress and PHP are installed first where they are missing. */
export async function startWordPress(): Promise<WordPress> {
	if (!existsSync(DEBIAN)) {
		// A smallest web server, that starts nothing, keeps Apache away.
		await installFromDebian('--no-install-recommends', 'wordpress', 'php-cli', 'micro-httpd');
	}
	const database = `copy_ai_e2e_${randomUUID().slice(0, 8)}`;
	const folder = temporaryFolder('wordpress-');
	let server: ChildProcess | undefined;
	const close = async () => {
		if (server?.exitCode === null && server.kill()) await once(server, 'exit');
		await mysql(`DROP DATABASE ${database}`);
		await rm(folder, { recursive: true });
	};
	await mysql(`CREATE DATABASE ${database}`);
	try {
		await copyTo(folder, database);
		const password = await run('php', [join(folder, 'set-up.php')]);
		// Goes with this process, also when that is killed.
		const php = ['--pdeathsig', 'KILL', 'php', '-S', '127.0.0.1:0', '-t', folder];
		server = startOwned('setpriv', php, { stdio: ['ignore', 'ignore', 'pipe'] });
		const url = await addressOf(server);
		const posts = async () => await readPosts(url, password);
		return { url, username: USER, password, posts, close };
	} catch (error) {
		await close();
		throw error;
	}
}

/** Its start scripts as copies, since a WordPress is where these are; all else as links. */
async function copyTo(folder: string, database: string): Promise<void> {
	for (const entry of await readdir(DEBIAN, { withFileTypes: true })) {
		const [from, to] = [join(DEBIAN, entry.name), join(folder, entry.name)];
		if (entry.isDirectory()) await symlink(from, to);
		else if (entry.name.endsWith('.php')) await copyFile(from, to);
	}
	await writeFile(join(folder, 'wp-config.php'), configuration(database));
	await writeFile(join(folder, 'set-up.php'), setUp);
}

const configuration = (database: string) => `<?php
define('DB_NAME', '${database}');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', '127.0.0.1');
$table_prefix = 'wp_';
define('WP_HOME', 'http://' . ($_SERVER['HTTP_HOST'] ?? 'localhost'));
define('WP_SITEURL', WP_HOME);
// Application passwords also without HTTPS.
define('WP_ENVIRONMENT_TYPE', 'local');
// It calls nobody: neither itself, which would wait for itself, nor wordpress.org.
define('DISABLE_WP_CRON', true);
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('ABSPATH', __DIR__ . '/');
require ABSPATH . 'wp-settings.php';
`;

/** What its installation page does, without the mail. Prints the application password. */
const setUp = `<?php
define('WP_INSTALLING', true);
require __DIR__ . '/wp-load.php';
function wp_new_blog_notification() {}
function wp_install_defaults() {}
require ABSPATH . 'wp-admin/includes/upgrade.php';
['user_id' => $user] = wp_install('Shop', '${USER}', 'editor@example.com', true);
// n8n calls /wp-json, which is there with such addresses only.
update_option('permalink_structure', '/%postname%/');
echo WP_Application_Passwords::create_new_application_password($user, ['name' => 'n8n'])[0];
`;

/** Where PHP's own web server says that it listens. */
async function addressOf(server: ChildProcess): Promise<string> {
	let said = '';
	return await new Promise((resolve, reject) => {
		server.once('error', reject);
		server.once('exit', () => reject(new Error(`PHP ended: ${said}`)));
		server.stderr?.on('data', (text: Buffer) => {
			said = (said + String(text)).slice(-2000);
			const [address] = /http:\/\/[\d.:]+/.exec(said) ?? [];
			if (address) resolve(address);
		});
	});
}

async function readPosts(url: string, password: string): Promise<Post[]> {
	const query = 'context=edit&status=any&orderby=id&order=asc&per_page=100';
	const answer = await fetch(`${url}/wp-json/wp/v2/posts?${query}`, {
		headers: { authorization: `Basic ${btoa(`${USER}:${password}`)}` },
	});
	if (!answer.ok) throw new Error(`WordPress answered ${await answer.text()}`);
	return (await answer.json()) as Post[];
}

async function mysql(statement: string): Promise<void> {
	await run('mysql', ['--host=127.0.0.1', '--user=root', `--execute=${statement}`]);
}
