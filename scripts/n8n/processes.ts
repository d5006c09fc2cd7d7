/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
/** Child processes and temporary folders that do not outlive this one. */
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const onWindows = process.platform === 'win32';

/** Leaders of the process groups that may still have members. */
const groups = new Set<number>();
const folders = new Set<string>();
let armed = false;

/**
 * Starts a program as the leader of a process group of its own: what it starts itself (npm its compilers, n8n its task
 * runner) goes with it, and Ctrl-C in the terminal reaches us alone, who then decide in which order things end.
 */
export function startOwned(
	command: string,
	args: string[],
	options: SpawnOptions = {},
): ChildProcess {
	arm();
	const child = spawn(command, args, { ...options, detached: !onWindows });
	const { pid } = child;
	if (pid !== undefined) {
		groups.add(pid);
		child.once('exit', () => {
			signalGroup(pid, 'SIGKILL');
			groups.delete(pid);
		});
	}
	return child;
}

/** Sends a signal to a program started by `startOwned` and to all it has started. Nothing happens when they are gone. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
	try {
		process.kill(onWindows ? pid : -pid, signal);
	} catch {
		// Gone already.
	}
}

/**
 * Runs a program to its end.
 * @returns what it printed on its standard output
 * @throws Error with the end of everything it printed, when it cannot start or ends with another code than 0
 */
export async function run(
	command: string,
	args: string[],
	options: SpawnOptions = {},
): Promise<string> {
	const child = startOwned(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
	let stdout = '';
	let printed = '';
	child.stdout?.setEncoding('utf8').on('data', (text: string) => {
		stdout += text;
		printed += text;
	});
	child.stderr?.setEncoding('utf8').on('data', (text: string) => (printed += text));
	const ending = await new Promise<string>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (code, signal) => resolve(String(code ?? signal)));
	});
	if (ending !== '0') {
		throw new Error(
			`"${[command, ...args].join(' ')}" ended with ${ending}:\n${printed.slice(-4000)}`,
		);
	}
	return stdout;
}

/** A new folder that is removed when this process ends, unless somebody has done so before. */
export function temporaryFolder(prefix: string): string {
	arm();
	const folder = mkdtempSync(join(tmpdir(), prefix));
	folders.add(folder);
	return folder;
}

/** Makes sure, once, that everything goes when this process ends. */
function arm(): void {
	if (armed) return;
	armed = true;
	process.once('exit', () => {
		groups.forEach((pid) => signalGroup(pid, 'SIGKILL'));
		// Who has just been killed may still have written a file.
		folders.forEach((folder) => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
	});
	for (const [signal, code] of [
		['SIGINT', 130],
		['SIGTERM', 143],
		['SIGHUP', 129],
	] as const) {
		process.on(signal, () => {
			// A program that listens too wants to end in its own way.
			if (process.listenerCount(signal) === 1) process.exit(code);
		});
	}
}
