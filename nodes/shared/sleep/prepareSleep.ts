import type { IExecuteFunctions, INodeExecutionData, NodeExecutionHint } from 'n8n-workflow';
import type { RunSnapshot } from '../../runs';
import {
	info,
	type ParsedItem,
	readOptions,
	readSwitch,
	type Result,
	type RunInfo,
	type ServiceAdapter,
	toNodeOutput,
	type WaitedRun,
	waitForRun,
	type WaitOptions,
} from '../operations';
import { whyAwake } from './maySleep';
import { awakeHint, Sleeper } from './sleeper';
import type { SleepClient } from './types';

/** What is read of an item to know whether, and how, the node sleeps. */
export interface SleepItem {
	sleepWhileWaiting: boolean;
	concurrency: number;
	startKey?: string;
	/** Of a run that is there already, which nothing can start twice. */
	runId?: string;
}

/** @returns whether the option is on for an item. @throws ParameterError for anything that is neither on nor off */
export function readSleep(context: IExecuteFunctions, item: number): boolean {
	return readSwitch(readOptions(context, item), 'sleepWhileWaiting', 'Sleep While Waiting');
}

/** What the sleep of one operation depends on. */
interface Setup<TFormat> {
	credentialType: string;
	/** How an item is output: no more than that, as it is stored. */
	formatOf: (value: TFormat) => TFormat;
	/** Why this operation has to stay awake, as a sentence, if it has to. */
	reason?: string | false;
	/** Label of the option that keeps items from being started twice. */
	keyLabel: string;
}

/** How the runs of a node are waited for: in the process, or asleep after a while. */
export interface Waiting<TRun, TFormat> {
	/** Waits for an item's run, as `waitForRun` does. */
	wait(
		client: SleepClient<TRun, TFormat>,
		entry: ParsedItem<WaitOptions & TFormat>,
		id: string,
		start?: { snapshot?: RunSnapshot<TRun> } & RunInfo,
		onEnd?: (run: TRun) => void,
	): Promise<Result>;
	/** Makes the node's output, as `toNodeOutput` does; with runs that aren't over, puts the execution to sleep. */
	finish(results: Result[]): Promise<INodeExecutionData[]>;
	hints(): NodeExecutionHint[];
}

/** Decides, before anything is started, how the runs of a node are waited for. */
export function prepareSleep<TRun extends WaitedRun, TFormat>(
	context: IExecuteFunctions,
	text: ServiceAdapter<TRun, TFormat>,
	items: Array<ParsedItem<WaitOptions & SleepItem & TFormat>>,
	{ credentialType, formatOf, reason, keyLabel }: Setup<TFormat>,
): Waiting<TRun, TFormat> {
	const values = items.map(({ value }) => value);
	if (!values.some(({ sleepWhileWaiting }) => sleepWhileWaiting)) return awake(context, text, []);
	const why = reason || whyAwake(context, credentialType, values);
	if (why) return awake(context, text, [awakeHint(why)]);
	const sleeper = new Sleeper(context, text, formatOf, values[0].concurrency);
	const isStarting = values.some(({ runId }) => runId === undefined);
	const hasKeys = values.some(({ startKey }) => startKey !== undefined);
	const advice = isStarting && !hasKeys ? [keyHint(keyLabel)] : [];
	return {
		wait: async (...args) => await sleeper.wait(...args),
		finish: async (results) => await sleeper.finish(results),
		hints: () => [...sleeper.hints(), ...advice],
	};
}

function awake<TRun extends WaitedRun, TFormat>(
	context: IExecuteFunctions,
	text: ServiceAdapter<TRun, TFormat>,
	hints: NodeExecutionHint[],
): Waiting<TRun, TFormat> {
	return {
		wait: async (client, ...args) => await waitForRun(client, ...args),
		finish: async (results) => toNodeOutput(context, text, results),
		hints: () => hints,
	};
}

function keyHint(label: string): NodeExecutionHint {
	return info(
		`Set '${label}' too: if n8n is killed, or a sleeping execution is stopped, executing the same rows again then starts nothing twice.`,
	);
}
