import type { IExecuteFunctions } from 'n8n-workflow';
import { type Result, toNodeOutput } from '../../../nodes/shared/operations';
import { showStarted } from '../../../nodes/shared/operations/progress';

const text = { name: 'Service', sentences: { afterStop: 'They continue.' } } as Parameters<
	typeof toNodeOutput
>[1];

/** A node that was stopped with these results. @returns what it wrote into n8n's log */
function stopWith(results: Result[]): string[] {
	const logged: string[] = [];
	const context = {
		getNode: () => ({ name: 'Node' }),
		logger: { info: (line: string) => logged.push(line) },
	} as unknown as IExecuteFunctions;
	expect(() => toNodeOutput(context, text, results)).toThrow('The execution was stopped');
	return logged;
}

const waited = (item: number): Result => ({
	item,
	unfinished: 'aborted',
	run: { runId: `run-${item}` },
});

test('after Stop, the log names the runs that were waited for', () => {
	expect(stopWith([waited(0), { item: 1, json: {} }, waited(2)])).toEqual([
		'Service: stopped while these runs continue: run-0, run-2',
	]);
});

test('the line of many runs is bounded', () => {
	const [line] = stopWith(Array.from({ length: 130 }, (_, item) => waited(item)));
	expect(line).toMatch(/run-99 and 30 more$/);
});

test('nothing is logged when no run was started', () => {
	expect(stopWith([{ item: 0, unfinished: 'aborted' }])).toEqual([]);
});

test('the console of a manual execution names each run as soon as it is there', () => {
	const said: string[] = [];
	const context = {
		sendMessageToUI: (line: string) => said.push(line),
	} as unknown as IExecuteFunctions;
	const run = { item: 3, id: 'run-1', workflowId: 'w' };
	showStarted(context, text, { ...run, isReused: false });
	showStarted(context, text, { ...run, isReused: true });
	expect(said).toEqual([
		'Service: item 3 started run run-1 of workflow w',
		'Service: item 3 uses run run-1 of workflow w',
	]);
});

test('a console that nobody has costs nothing', () => {
	const run = { item: 3, id: 'run-1', workflowId: 'w', isReused: false };
	expect(() => showStarted({} as IExecuteFunctions, text, run)).not.toThrow();
});
