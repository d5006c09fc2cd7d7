/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, no-console */
/**
 * `npm run bench [-- <table> …] [--quick]`: measures, prints, and writes docs/benchmarks.md.
 * `npm run soak [-- --minutes 5]`: the table that is made only when it is asked for.
 */
import { parseArgs } from 'node:util';
import { bytesTable } from '../../b3os/test/bench/bytes';
import { faultCases as b3osCases, faultyB3os } from '../../b3os/test/bench/faults';
import { pollsTable } from '../../b3os/test/bench/polls';
import { latestN8n } from '../../scripts/n8n/install';
import { packPackage } from '../../scripts/n8n/pack';
import { batchTable } from './batch';
import { creditsTable } from './credits';
import { faultyCopyAi } from './faults';
import { packExpressionPackage } from './lib/expressionPackage';
import { aboutFaults, faultCases, faultTable } from './lib/faultTable';
import { type Lab, openLab } from './lib/n8n';
import { type FakeService, startService } from './lib/service';
import { rateTable } from './rate';
import { machine, NOT_MET, writeReport } from './report';
import { sleepTable } from './sleep';
import { SOAK_MINUTES, soakTable } from './soak';
import { startsTable } from './starts';
import { triggerTable } from './trigger';

/** What tables are measured with; opened when the first one asks. */
interface Bench {
	lab: () => Promise<Lab>;
	service: () => Promise<FakeService>;
	quick: boolean;
	/** How long the soak takes. */
	minutes: number;
}

interface Table {
	title: string;
	/** Not among those that are made when none is asked for. */
	isExtra?: true;
	/** @returns Markdown */
	make: (bench: Bench) => Promise<string>;
}

/** By the name that chooses it, in the order of the report. */
const tables: Record<string, Table> = {
	credits: {
		title: 'What bad answers cost',
		async make() {
			return await creditsTable(say);
		},
	},
	batch: {
		title: 'Start and wait',
		async make({ lab, service, quick }) {
			return await batchTable(await lab(), await service(), say, quick);
		},
	},
	starts: {
		title: 'Start 1,000 items',
		async make({ lab, service, quick }) {
			return await startsTable(await lab(), await service(), say, quick);
		},
	},
	rate: {
		title: 'A service that limits the rate',
		async make({ lab, service, quick }) {
			return await rateTable(await lab(), await service(), say, quick);
		},
	},
	sleep: {
		title: 'Sleep While Waiting',
		async make({ lab, service }) {
			return await sleepTable(await lab(), await service());
		},
	},
	faults: {
		title: 'Faults',
		async make({ quick }) {
			const starts = quick ? 100 : 1000;
			return [
				aboutFaults(1),
				'### Copy.ai',
				await faultTable(faultyCopyAi, faultCases, starts, 1),
				'### B3OS',
				await faultTable(faultyB3os, b3osCases, starts, 1),
			].join('\n\n');
		},
	},
	bytes: {
		title: 'Bytes per run',
		async make() {
			return await bytesTable();
		},
	},
	trigger: {
		title: 'Events to the trigger',
		async make() {
			return await triggerTable(say);
		},
	},
	polls: {
		title: 'Polls of the B3OS Trigger',
		async make() {
			return await pollsTable(say);
		},
	},
	soak: {
		title: 'Soak',
		isExtra: true,
		async make({ service, minutes }) {
			return await soakTable(await service(), minutes, say);
		},
	},
};

const latencyMs = 50;
/** What to undo at the end, last one first. */
const cleanups: Array<() => Promise<void> | void> = [];

async function main(args: string[]): Promise<void> {
	const { values, positionals: asked } = parseArgs({
		args,
		allowPositionals: true,
		options: {
			quick: { type: 'boolean', default: false },
			minutes: { type: 'string', default: String(SOAK_MINUTES) },
		},
	});
	const { quick } = values;
	const minutes = Number(values.minutes);
	const unknown = asked.filter((name) => !(name in tables));
	if (unknown.length > 0) {
		throw new Error(`There is no table "${unknown[0]}": only ${Object.keys(tables).join(', ')}`);
	}

	const service = once(async () => {
		const started = await startService({ latencyMs });
		cleanups.push(started.close);
		return started;
	});
	const lab = once(async () => {
		const opened = await openLab([await packPackage(), await packExpressionPackage()], say);
		cleanups.push(opened.close);
		return opened;
	});

	const sections = new Map<string, string>();
	for (const [name, { title, make, isExtra }] of Object.entries(tables)) {
		if (asked.length > 0 ? !asked.includes(name) : isExtra) continue;
		const on = machine(latestN8n);
		const text = await make({ lab, service, quick, minutes });
		if (text.includes(NOT_MET)) process.exitCode = 1;
		const section = `\`npm run bench -- ${name}${quick ? ' --quick' : ''}\` on ${on}\n\n${text}`;
		console.log(`\n## ${title}\n\n${section}\n`);
		sections.set(title, section);
	}
	const titles = Object.values(tables).map(({ title }) => title);
	if (!quick && minutes === SOAK_MINUTES) await writeReport(titles, sections);
}

/** Tells how it goes on, beside the report. */
function say(line: string): void {
	console.error(line);
}

/** @returns a function that makes it at the first call and hands out the same from then on */
function once<T>(make: () => Promise<T>): () => Promise<T> {
	let made: Promise<T> | undefined;
	return async () => await (made ??= make());
}

async function cleanUp(): Promise<void> {
	for (let undo = cleanups.pop(); undo; undo = cleanups.pop()) await undo();
}

main(process.argv.slice(2))
	.catch((error: unknown) => {
		console.error(error);
		process.exitCode = 1;
	})
	.finally(cleanUp);
