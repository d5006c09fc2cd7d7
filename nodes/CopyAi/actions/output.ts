import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { type CopyAiRun, withParsedOutputs } from '../api';
import { readFlag, readOptions } from '../../shared/operations';

/** How a user wants runs to be output. */
export interface OutputFormat {
	simplify: boolean;
	parseJson: boolean;
}

export function readOutputFormat(context: IExecuteFunctions, item: number): OutputFormat {
	return {
		simplify: readFlag(context.getNodeParameter('simplify', item, true), 'Simplify', true),
		parseJson: readFlag(readOptions(context, item).parseJson, 'Parse JSON Outputs', true),
	};
}

/** A run as an item's JSON. Its outputs are data: all that is changed in them is JSON text, into values. */
export function toJson(run: CopyAiRun, { simplify, parseJson }: OutputFormat): IDataObject {
	const { id, workflowId, status, output, credits, createdAt, failure, ...rest } = run;
	// In this order they are the columns of a table: the text first, the IDs last.
	return {
		output: parseJson ? withParsedOutputs(output) : output,
		status,
		...(failure && { failure }),
		credits,
		createdAt,
		...(!simplify && rest),
		id,
		workflowId,
	} as IDataObject;
}

/** A run of which nothing is known but that it was started. */
export function placeholderRun(id: string, workflowId: string): CopyAiRun {
	return {
		id,
		workflowId,
		status: 'NEW',
		input: {},
		output: {},
		metadata: null,
		credits: null,
		createdAt: null,
	};
}
