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
	const { failure, waiting, output: all, executionState: states, ...rest } = run;
	const output = all && pick(all, nodeIds);
	const executionState = isObject(states) ? pick(states, nodeIds) : states;
	// In this order they are the columns of a table: the output first, the IDs last.
	return {
		...(output && { output }),
		status,
		...(failure && { failure }),
		...(waiting && { waiting }),
		totalCu,
		startedAt,
		finishedAt,
		...(!simplify && rest),
		...(!simplify && executionState !== undefined && { executionState }),
		id,
		workflowId,
		workflowVersion,
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
