import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { B3osRun, Wanted } from '../api';
import { isObject, type JsonObject } from '../../../../nodes/shared/http';
import { type OnWaiting, readNodeIds } from './parameters';
import { readFlag, readOptions } from '../../../../nodes/shared/operations';

/** How a user wants runs to be output. */
export interface OutputFormat {
	simplify: boolean;
	/** The nodes whose output is returned; empty: all. */
	nodeIds: readonly string[];
}

export function readOutputFormat(context: IExecuteFunctions, item: number): OutputFormat {
	return {
		simplify: readFlag(context.getNodeParameter('simplify', item, true), 'Simplify', true),
		nodeIds: readNodeIds(readOptions(context, item)),
	};
}

/** Of an operation that returns runs only when they have finished. */
export function wantedOf({ nodeIds }: OutputFormat, onWaiting: OnWaiting = 'wait'): Wanted {
	return { nodeIds, returnsWaiting: onWaiting === 'continue' };
}

/** A run as an item's JSON. The output of its nodes is data: nothing in it is changed. */
export function toJson(run: B3osRun, { simplify, nodeIds }: OutputFormat): IDataObject {
	const { id, workflowId, workflowVersion, status, totalCu, startedAt, finishedAt } = run;
	const { failure, waiting, ...all } = run;
	const output = run.output && pick(run.output, nodeIds);
	const { executionState: states } = all;
	const rest = isObject(states) ? { ...all, executionState: pick(states, nodeIds) } : all;
	return {
		...(!simplify && rest),
		id,
		workflowId,
		workflowVersion,
		status,
		...(output && { output }),
		totalCu,
		startedAt,
		finishedAt,
		...(waiting && { waiting }),
		...(failure && { failure }),
	} as IDataObject;
}

function pick(nodes: JsonObject, nodeIds: readonly string[]): JsonObject {
	if (nodeIds.length === 0) return nodes;
	return Object.fromEntries(Object.entries(nodes).filter(([id]) => nodeIds.includes(id)));
}

/** A run of which nothing is known but that it was started. */
export function placeholderRun(id: string, workflowId: string): B3osRun {
	return {
		id,
		workflowId,
		workflowVersion: null,
		status: 'running',
		output: {},
		totalCu: null,
		startedAt: null,
		finishedAt: null,
	};
}
