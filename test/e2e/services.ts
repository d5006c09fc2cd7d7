/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { existsSync, readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../../scripts/n8n/processes';

interface Service {
	name: string;
	port: number;
	/** Debian's package, and a file that is there once it is installed. */
	aptPackage: string;
	installed: () => boolean;
	/** What a fresh installation needs before it is started. */
	afterInstall?: () => Promise<unknown>;
	start: () => Promise<unknown>;
}

const services: Service[] = [
	{
		name: 'Redis',
		port: 6379,
		aptPackage: 'redis-server',
		installed: () => existsSync('/usr/bin/redis-server'),
		start: async () =>
			await run('redis-server', ['--daemonize', 'yes', '--bind', '127.0.0.1', '--save', '']),
	},
	{
		name: 'PostgreSQL',
		port: 5432,
		aptPackage: 'postgresql',
		installed: () => existsSync('/etc/postgresql') && readdirSync('/etc/postgresql').length > 0,
		afterInstall: async () => {
			// Debian's asks for passwords also on loopback.
			const rules = join('/etc/postgresql', postgresVersion(), 'main', 'pg_hba.conf');
			const trust = 'host all all 127.0.0.1/32 trust\n';
			await writeFile(rules, trust + (await readFile(rules, 'utf8')));
			await postgres('restart').catch(() => undefined);
		},
		start: async () => await postgres('start'),
	},
	{
		name: 'MariaDB',
		port: 3306,
		aptPackage: 'mariadb-server',
		installed: () => existsSync('/usr/sbin/mariadbd'),
		afterInstall: async () => {
			await mariadb('start');
			// Debian's lets root in over its own socket only.
			const root = "root@127.0.0.1 IDENTIFIED BY ''";
			const grant = `GRANT ALL ON *.* TO ${root} WITH GRANT OPTION`;
			await run('mariadb', [`--execute=${grant}`]);
		},
		start: async () => await mariadb('start'),
	},
];

/** Debian's script also fails where it may not ask a server that runs: whether it answers is seen elsewhere. */
async function mariadb(action: string): Promise<void> {
	await run('service', ['mariadb', action]).catch(() => undefined);
}

async function postgres(action: string): Promise<void> {
	await run('pg_ctlcluster', ['--skip-systemctl-redirect', postgresVersion(), 'main', action]);
}

function postgresVersion(): string {
	return readdirSync('/etc/postgresql')[0];
}

/** Redis, PostgreSQL and MariaDB on loopback: as they run, else started, else installed from Debian's packages first. */
export async function ensureServices(): Promise<void> {
	for (const { name, port, aptPackage, installed, afterInstall, start } of services) {
		if (await answers(port)) continue;
		if (!installed()) {
			await installFromDebian(aptPackage);
			await afterInstall?.();
		}
		if (!(await answers(port))) await start();
		for (let tries = 0; !(await answers(port)); tries++) {
			if (tries > 50) throw new Error(`${name} does not answer on port ${port}`);
			await sleep(200);
		}
	}
}

/** The installation that goes on; apt-get takes one at a time. */
let installing: Promise<void> = Promise.resolve();

/**
 * @param packages their names, and apt-get's options
 * @throws Error where there is no apt-get, or nobody to allow it
 */
export async function installFromDebian(...packages: string[]): Promise<void> {
	const turn = installing
		.catch(() => undefined)
		.then(async () => {
			await aptGet('update');
			await aptGet('install', '-y', ...packages);
		});
	installing = turn;
	await turn;
}

async function aptGet(...args: string[]): Promise<void> {
	const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
	const [command, ...rest] = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq'];
	await run(command, [...rest, ...args]);
}

async function answers(port: number): Promise<boolean> {
	return await new Promise((resolve) => {
		const socket = connect(port, '127.0.0.1');
		const end = (isOpen: boolean) => {
			socket.destroy();
			resolve(isOpen);
		};
		socket.once('connect', () => end(true)).once('error', () => end(false));
	});
}
