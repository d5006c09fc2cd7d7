/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/require-node-api-error */
/** A real n8n as a child process: own user folder, own ports, no calls to n8n's own services. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Say } from './cache';
import type { N8nInstall, N8nVersion } from './install';
import { ensureN8n, withPath } from './install';
import { installPackage } from './pack';
import { signalGroup, startOwned, temporaryFolder } from './processes';

export interface N8nOptions {
	version: N8nVersion;
	/** What it is in queue mode; by default `start`, which is all of n8n or its main process. */
	command?: 'start' | 'webhook' | 'worker';
	/** Where n8n keeps everything. Without one: a temporary folder that `close()` removes. */
	userFolder?: string;
	/** .tgz files of community packages, unpacked there before the start. */
	packages?: string[];
	/** By default a free one. */
	port?: number;
	/** Variables for n8n, over ours. */
	env?: Record<string, string>;
	/** Takes the lines that tell how an installation goes on. */
	say?: Say;
}

export interface N8nInstance {
	readonly version: N8nVersion;
	/** `http://127.0.0.1:<port>`, the same after a restart. */
	readonly url: string;
	readonly userFolder: string;
	/** Everything n8n has printed, over all restarts. */
	readonly logFile: string;
	/** Of the running n8n, undefined while it is down. */
	readonly pid: number | undefined;
	/** The last 20,000 characters of the log. */
	log(): string;
	/** Asks n8n to end, as a service manager does, and ends it by force when it takes longer than `graceMs` (10 s). */
	stop(graceMs?: number): Promise<void>;
	/** Ends it at once, as a power cut does. */
	kill(): Promise<void>;
	/** Starts it again on the same user folder and port. Throws as `startN8n` does. */
	start(): Promise<void>;
	/** `stop()` and remove the user folder, if it was a temporary one. */
	close(): Promise<void>;
}

const host = '127.0.0.1';
const readyWithinMs = 180_000;
const guard = pathToFileURL(join(__dirname, 'guard.mjs')).href;

/** What n8n may know of our own environment. The rest (n8n settings, keys, npm's variables) is none of its business. */
const passedOn =
	/^(path|home|userprofile|systemroot|te?mp|tmpdir|lang|(https?|no)_proxy|node_extra_ca_certs)$/i;

/**
 * Starts n8n and waits until it answers. Installs it first where needed, which takes minutes.
 * @throws Error with the end of its log, when it ends or does not answer within three minutes
 */
export async function startN8n(options: N8nOptions): Promise<N8nInstance> {
	const install = await ensureN8n(options.version, options.say);
	const userFolder = options.userFolder ?? temporaryFolder('n8n-user-');
	await mkdir(userFolder, { recursive: true });
	const port = options.port ?? (await freePort());
	const url = `http://${host}:${port}`;
	const command = options.command ?? 'start';
	const env = {
		...environment(install, userFolder, port, await freePort()),
		// A worker listens only to be asked whether it is well.
		...(command === 'worker' && {
			QUEUE_HEALTH_CHECK_ACTIVE: 'true',
			QUEUE_HEALTH_CHECK_PORT: String(port),
		}),
		...options.env,
	};
	const logFile = join(userFolder, 'n8n.log');
	const log = () => readFileSync(logFile, 'utf8').slice(-20_000);

	let child: ChildProcess | undefined;

	const start = async () => {
		if (isUp(child)) throw new Error(`n8n runs already at ${url}`);
		child = launch(install, command, env, userFolder, logFile);
		try {
			await untilReady(command, url, child, log);
		} catch (error) {
			await end(child, 0);
			throw error;
		}
	};
	const stop = async (graceMs = 10_000) => await end(child, graceMs);
	const close = async () => {
		await stop();
		if (!options.userFolder) await rm(userFolder, { recursive: true, force: true, maxRetries: 5 });
	};

	try {
		for (const tgz of options.packages ?? []) await installPackage(tgz, userFolder);
		await start();
	} catch (error) {
		await close();
		throw error;
	}
	return {
		version: options.version,
		url,
		userFolder,
		logFile,
		get pid() {
			return isUp(child) ? child?.pid : undefined;
		},
		log,
		stop,
		kill: async () => await end(child, 0),
		start,
		close,
	};
}

function environment(
	{ node, version }: N8nInstall,
	userFolder: string,
	port: number,
	brokerPort: number,
): NodeJS.ProcessEnv {
	const own = Object.entries(process.env).filter(([name]) => passedOn.test(name));
	return {
		...withPath(Object.fromEntries(own), dirname(node)),
		N8N_USER_FOLDER: userFolder,
		N8N_LISTEN_ADDRESS: host,
		// Also the host of the editor and of webhooks, as n8n sees itself.
		N8N_HOST: host,
		N8N_PORT: String(port),
		// The login works over plain HTTP on any host name.
		N8N_SECURE_COOKIE: 'false',
		// Code nodes run in a process of their own, that finds n8n at this port (5679 for every n8n otherwise).
		...(version.startsWith('1.') && { N8N_RUNNERS_ENABLED: 'true' }),
		N8N_RUNNERS_BROKER_PORT: String(brokerPort),
		// Ours is one; today's default, but not for long.
		N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
		N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: 'true',
		GENERIC_TIMEZONE: 'UTC',
		TZ: 'UTC',
		NO_COLOR: '1',
		// Nothing calls home, and no survey stands between a login and the editor.
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
	};
}

/** n8n writes straight into the log file, so that nothing of it is lost when either of us dies. */
function launch(
	{ node, bin }: N8nInstall,
	command: string,
	env: NodeJS.ProcessEnv,
	cwd: string,
	logFile: string,
): ChildProcess {
	const log = openSync(logFile, 'a');
	const child = startOwned(node, ['--import', guard, bin, command], {
		cwd,
		env,
		stdio: ['ignore', log, log],
	});
	closeSync(log);
	return child;
}

/** While it boots, n8n answers every URL with 200 and a plain text: ready is when the settings are JSON. */
async function untilReady(
	command: string,
	url: string,
	child: ChildProcess,
	log: () => string,
): Promise<void> {
	const deadline = Date.now() + readyWithinMs;
	while (isUp(child)) {
		const path = command === 'start' ? '/rest/settings' : '/healthz/readiness';
		const answer = await fetch(`${url}${path}`).catch(() => undefined);
		await answer?.body?.cancel();
		if (answer?.ok && answer.headers.get('content-type')?.includes('json')) return;
		if (Date.now() > deadline) {
			throw new Error(`n8n did not answer within ${readyWithinMs / 1000} s:\n${log()}`);
		}
		await sleep(250);
	}
	throw new Error(`n8n ended (${child.exitCode ?? child.signalCode}):\n${log()}`);
}

async function end(child: ChildProcess | undefined, graceMs: number): Promise<void> {
	if (!child?.pid || !isUp(child)) return;
	const ended = once(child, 'exit');
	if (graceMs > 0) {
		// To n8n only: it ends its task runner itself.
		child.kill('SIGTERM');
		await Promise.race([ended, sleep(graceMs, undefined, { ref: false })]);
	}
	if (isUp(child)) signalGroup(child.pid, 'SIGKILL');
	await ended;
}

function isUp(child: ChildProcess | undefined): boolean {
	return child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

/** Ports that were given away, and that n8n may not have taken yet. */
const given = new Set<number>();

async function freePort(): Promise<number> {
	const server = createServer().listen(0, host);
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, 'close');
	if (given.has(port)) return await freePort();
	given.add(port);
	return port;
}
