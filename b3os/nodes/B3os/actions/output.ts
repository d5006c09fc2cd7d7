import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { B3osRun } from '../api';
import { readFlag } from '../../../../nodes/shared/operations';

/** How a user wants runs to be output. */
export interface OutputFormat {
	simplify: boolean;
}

export function readOutputFormat(context: IExecuteFunctions, item: number): OutputFormat {
	return {
		simplify: readFlag(context.getNodeParameter('simplify', item, true), 'Simplify', true),
	};
}

/** A run as an item's JSON. The output of its nodes is data: nothing in it is changed. */
export function toJson(run: B3osRun, { simplify }: OutputFormat): IDataObject {
	const { id, workflowId, workflowVersion, status, output, totalCu, startedAt, finishedAt } = run;
	const { failure, ...rest } = run;
	// In this order they are the columns of a table: the output first, the IDs last.
	return {
		...(output && { output }),
		status,
		...(failure && { failure }),
		totalCu,
		startedAt,
		finishedAt,
		...(!simplify && rest),
		id,
		workflowId,
		workflowVersion,
	} as IDataObject;
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
