import type { Execution, Json } from '../n8n/client';
import type { Service } from './service';
import { copyAiNode } from './workflow';

interface FinishedRun {
	id: string;
	status: string;
	output: Json;
}

/**
 * Prints what came out.
 * @param say takes a line
 * @returns how many runs have a text
 */
export function report(
	execution: Execution,
	service: Service,
	say: (line: string) => void,
): number {
	const { runData, error } = execution.data.resultData;
	const node = runData[copyAiNode]?.at(-1);
	const items = node?.data?.main[0] ?? [];
	const runs = items.map(({ json }) => json as unknown as FinishedRun);
	const texts = runs.map(({ output }) => Object.values(output ?? {}).find(isText) ?? '');

	const lines = runs.map(({ id, status }, index) => [
		String(index + 1),
		id,
		status,
		service.secondsOf(id)?.toFixed(1) ?? '',
		shortened(texts[index]),
	]);
	if (lines.length) {
		say(tableOf([['item', 'run id', 'status', 'seconds', 'text'], ...lines]) + '\n');
	}
	if (node) say(`The node took ${(node.executionTime / 1000).toFixed(1)} s for all of them.`);
	const summary = service.summary();
	if (summary) say(summary);
	if (error) {
		say(`\nThe execution ended with "${execution.status}": ${error.message}`);
		if (error.description) say(error.description);
	}
	return texts.filter(Boolean).length;
}

function tableOf(rows: string[][]): string {
	const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
	const line = (row: string[]) => row.map((cell, column) => cell.padEnd(widths[column])).join('  ');
	return rows.map((row) => line(row).trimEnd()).join('\n');
}

function isText(value: unknown): value is string {
	return typeof value === 'string' && value !== '';
}

function shortened(text: string): string {
	const line = text.replace(/\s+/g, ' ');
	return line.length > 70 ? `${line.slice(0, 69)}…` : line;
}
