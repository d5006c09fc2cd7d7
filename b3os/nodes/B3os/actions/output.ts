import type { IDataObject } from 'n8n-workflow';
import type { B3osRun } from '../api';

/** A run as an item's JSON. What its nodes put out is data: nothing in it is changed. */
export function toJson(run: B3osRun, simplify: boolean): IDataObject {
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
export function unseenRun(id: string, workflowId: string): B3osRun {
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
