import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { B3osRun } from '../api';

/** How a run is put out. */
export interface OutputForm {
	simplify: boolean;
}

export function readOutputForm(context: IExecuteFunctions, item: number): OutputForm {
	return { simplify: context.getNodeParameter('simplify', item, true) as boolean };
}

/** A run as an item's JSON. What its nodes put out is data: nothing in it is changed. */
export function toJson(run: B3osRun, { simplify }: OutputForm): IDataObject {
	const { id, workflowId, workflowVersion, status, output, totalCu, startedAt, finishedAt } = run;
	const { failure, ...rest } = run;
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
		...(failure && { failure }),
	} as IDataObject;
}

/** A run of which no more is known than that it was started. */
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
