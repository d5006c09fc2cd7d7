/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
/** Folders that take minutes to make: made once, outside the clone, and trusted only when complete. */
import { mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Takes a line that tells the user what goes on. */
export type Say = (line: string) => void;

export interface Recipe {
	/** Name of the folder inside the cache. */
	name: string;
	/** Whatever decides what is in it: when this changes, the folder is made anew. */
	content: Record<string, unknown>;
	/** Fills the empty folder. */
	fill: (folder: string) => Promise<void>;
	/** Throws unless the folder does its work. */
	check: (folder: string) => Promise<void>;
}

const stampName = 'complete.json';
const beatMs = 10_000;
const silentMs = 120_000;

/** Where the folders live: `$N8N_NODES_CACHE`, or our own folder in the user's cache. */
export function cacheRoot(): string {
	const { N8N_NODES_CACHE, XDG_CACHE_HOME } = process.env;
	return N8N_NODES_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'n8n-nodes-copy-ai');
}

/**
 * Makes the recipe's folder, unless it is there already, and returns its path.
 *
 * The folder is filled and checked under another name, gets a stamp and is renamed into place: what carries the final
 * name and the right stamp is complete, whenever the power went. The lock only saves work: should two
 * processes hold it at once, the second rename finds the first one's folder and takes that.
 * @throws what `fill` and `check` throw
 */
export async function cachedFolder(recipe: Recipe, say: Say): Promise<string> {
	const folder = join(cacheRoot(), recipe.name);
	const stamp = stampOf(recipe);
	if (await isStamped(folder, stamp)) return folder;

	await mkdir(dirname(folder), { recursive: true });
	const release = await takeLock(`${folder}.lock`, () =>
		say(`Another process is making ${recipe.name}, waiting for it …`),
	);
	const draft = `${folder}.draft-${process.pid}`;
	try {
		if (await isStamped(folder, stamp)) return folder;
		await removeOrphans(folder);
		await mkdir(draft);
		await recipe.fill(draft);
		await recipe.check(draft);
		await writeFile(join(draft, stampName), stamp);
		await putInPlace(draft, folder, stamp);
		return folder;
	} finally {
		await rm(draft, { recursive: true, force: true });
		await release();
	}
}

function stampOf({ content }: Recipe): string {
	const { platform, arch } = process;
	return JSON.stringify({ platform, arch, ...content }) + '\n';
}

async function isStamped(folder: string, stamp: string): Promise<boolean> {
	const found = await readFile(join(folder, stampName), 'utf8').catch(() => '');
	return found === stamp;
}

async function putInPlace(draft: string, folder: string, stamp: string): Promise<void> {
	const outdated = `${folder}.outdated-${process.pid}`;
	await rename(folder, outdated).catch(ignore('ENOENT'));
	await rename(draft, folder).catch(async (error: unknown) => {
		if (!(await isStamped(folder, stamp))) throw error;
	});
	await rm(outdated, { recursive: true, force: true });
}

/** Removes what processes left behind that were killed while they made this folder. */
async function removeOrphans(folder: string): Promise<void> {
	const prefix = basename(folder);
	for (const name of await readdir(dirname(folder))) {
		const pid = name.startsWith(prefix) && /\.(?:draft|outdated)-(\d+)$/.exec(name)?.[1];
		if (pid && !isAlive(Number(pid))) {
			// A compiler that outlived them may still write there: then it goes another time.
			await rm(join(dirname(folder), name), { recursive: true, force: true }).catch(() => {});
		}
	}
}

/**
 * Waits until the lock file is ours. It holds the owner's pid and is touched every 10 s: the lock of a dead
 * process, or one untouched for two minutes (a pid from another container means nothing here), is taken over.
 * @returns the function that gives it back
 */
async function takeLock(file: string, onWait: () => void): Promise<() => Promise<void>> {
	for (let waits = 0; ; waits++) {
		const taken = await writeFile(file, String(process.pid), { flag: 'wx' })
			.then(() => true)
			.catch(ignore('EEXIST'));
		if (taken) break;
		if (await isAbandoned(file)) {
			await rm(file, { force: true });
			continue;
		}
		if (waits % 20 === 0) onWait();
		await sleep(500);
	}
	const beat = setInterval(() => {
		utimes(file, new Date(), new Date()).catch(ignore('ENOENT'));
	}, beatMs);
	beat.unref();
	return async () => {
		clearInterval(beat);
		const owner = await readFile(file, 'utf8').catch(() => '');
		if (owner === String(process.pid)) await rm(file, { force: true });
	};
}

async function isAbandoned(file: string): Promise<boolean> {
	try {
		const { mtimeMs } = await stat(file);
		const pid = Number(await readFile(file, 'utf8'));
		return Date.now() - mtimeMs > silentMs || (pid > 0 && !isAlive(pid));
	} catch {
		return false; // Given back this very moment.
	}
}

function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch (error) {
		return codeOf(error) === 'EPERM';
	}
}

/** For `catch`: swallows the errors of this code only. */
function ignore(code: string): (error: unknown) => void {
	return (error) => {
		if (codeOf(error) !== code) throw error;
	};
}

function codeOf(error: unknown): unknown {
	return error instanceof Error && 'code' in error ? error.code : undefined;
}
