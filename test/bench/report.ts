/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
/** What was measured, as Markdown: one section per table, each with the command that made it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { dirname, resolve } from 'node:path';

/** Where the sections are kept. */
export const REPORT = resolve(__dirname, '../../docs/benchmarks.md');

const preface = `# Benchmarks

Every figure below was measured by the command above its table, on the machine it names; nothing is copied from
elsewhere. \`npm run bench\` measures everything but the soak again and writes this file, \`npm run bench -- <name>\` one section.
With \`--quick\` each is measured once and nothing is written. A target that is not met ends it with exit code 1.
`;

/** A claim of ours and what was measured. */
export interface Target {
	/** What is wanted. */
	what: string;
	measured: string;
	isMet: boolean;
}

export const NOT_MET = '**not met**';

/** A Markdown table; the first row is its head, first columns to the left, numbers to the right. */
export function tableOf(head: string[], rows: string[][]): string {
	const isNumber = head.map((_, column) =>
		rows.every((row) => /^([-–]|[-+]?[\d,]+(\.\d+)?( ?%)?)$/.test(row[column])),
	);
	const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
	return [head, isNumber.map((right) => (right ? '--:' : ':--')), ...rows].map(line).join('\n');
}

export function targetsOf(targets: Target[]): string {
	return tableOf(
		['Target', 'Measured', ''],
		targets.map(({ what, measured, isMet }) => [what, measured, isMet ? 'met' : NOT_MET]),
	);
}

/** @param digits behind the point */
export function fixed(value: number, digits = 0): string {
	return value.toLocaleString('en-US', {
		minimumFractionDigits: digits,
		maximumFractionDigits: digits,
	});
}

/** The one in the middle; of an even number the mean of the two. */
export function median(values: number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const half = sorted.length / 2;
	return (sorted[Math.ceil(half) - 1] + sorted[Math.floor(half)]) / 2;
}

/** On what it was measured, and how busy that was with other things before. */
export function machine(n8nVersion: string): string {
	const processors = cpus();
	return [
		`${processors.length} × ${processors[0]?.model.trim()}`,
		`${fixed(totalmem() / 2 ** 30)} GB`,
		`${type()} ${release().split('-')[0]}`,
		`Node ${process.versions.node}`,
		`n8n ${n8nVersion}`,
		`load before ${loadavg()[0].toFixed(1)}`,
		new Date().toISOString().slice(0, 10),
	].join(' · ');
}

/**
 * Puts sections into the file, each in place of the one with the same title; the others stay as they are.
 * @param order titles of all sections there can be
 * @param sections text by title
 */
export function writeReport(order: string[], sections: Map<string, string>): void {
	const known = existsSync(REPORT) ? readFileSync(REPORT, 'utf8') : '';
	const all = new Map<string, string>();
	for (const part of known.split(/^## /m).slice(1)) {
		const [title] = part.split('\n', 1);
		all.set(title, part.slice(title.length).trim());
	}
	for (const [title, text] of sections) all.set(title, text.trim());
	const parts = order.flatMap((title) => {
		const text = all.get(title);
		return text ? [`## ${title}\n\n${text}\n`] : [];
	});
	mkdirSync(dirname(REPORT), { recursive: true });
	writeFileSync(REPORT, [preface, ...parts].join('\n'));
}
