/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
/** What a program and all it has started take of the machine, as Linux counts it. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Usage {
	/** Resident memory, MB. */
	memoryMb: number;
	/** Time on a processor since they were started, ms. */
	cpuMs: number;
}

const sampleMs = 100;
/** Linux tells programs the time on a processor in hundredths of a second, whatever it counts in itself. */
const msPerTick = 10;

/**
 * @param group the leader of the process group
 * @throws Error where there is no /proc
 */
export function usageOf(group: number): Usage {
	const usage = { memoryMb: 0, cpuMs: 0 };
	for (const pid of readdirSync('/proc')) {
		if (!/^\d+$/.test(pid)) continue;
		const stat = textOf(`/proc/${pid}/stat`);
		// What follows the name in parentheses: state, parent, group, … user ticks, system ticks.
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		if (Number(fields[2]) !== group) continue;
		usage.memoryMb += residentMb(pid);
		usage.cpuMs += (Number(fields[11]) + Number(fields[12])) * msPerTick;
	}
	return usage;
}

/** Resident memory of one process. */
export function residentMb(pid: number | string): number {
	const [, resident] = /VmRSS:\s+(\d+) kB/.exec(textOf(`/proc/${pid}/status`)) ?? [];
	return Number(resident ?? 0) / 1024;
}

/** How many files and sockets a process has open. */
export function openOf(pid: number): { files: number; sockets: number } {
	const folder = `/proc/${pid}/fd`;
	const targets = readdirSync(folder).map((name) => {
		try {
			return readlinkSync(`${folder}/${name}`);
		} catch {
			return '';
		}
	});
	const sockets = targets.filter((target) => target.startsWith('socket:')).length;
	return { files: targets.length - sockets, sockets };
}

/** Gone between two looks is nothing taken. */
function textOf(file: string): string {
	try {
		return readFileSync(file, 'utf8');
	} catch {
		return '';
	}
}

/**
 * Watches a process group from now on.
 * @returns a function that ends it and says the most memory it had (MB), and its time on a processor (ms)
 */
export function watch(group: number): () => Usage {
	const before = usageOf(group);
	let most = before.memoryMb;
	const timer = setInterval(() => (most = Math.max(most, usageOf(group).memoryMb)), sampleMs);
	return () => {
		clearInterval(timer);
		const { memoryMb, cpuMs } = usageOf(group);
		return { memoryMb: Math.max(most, memoryMb), cpuMs: cpuMs - before.cpuMs };
	};
}

/** Waits until the group hardly works any more, 30 s at most. @returns what it takes then */
export async function untilIdle(group: number): Promise<Usage> {
	let usage = usageOf(group);
	for (let quiet = 0, waits = 0; quiet < 4 && waits < 60; waits++) {
		await sleep(500);
		const now = usageOf(group);
		quiet = now.cpuMs - usage.cpuMs <= 30 ? quiet + 1 : 0;
		usage = now;
	}
	return usage;
}
