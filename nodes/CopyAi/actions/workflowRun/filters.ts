import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import type { CopyAiRun } from '../../api';
import { statusFilter } from '../../../shared/descriptions';
import { readDate } from '../../../shared/operations';

/** Which runs of a list to return. */
export interface Filters {
	/** Empty: any. */
	status: string[];
	/** ms since 1970. Both limits are included. */
	createdAfter: number;
	createdBefore: number;
}

export const filtersField: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add filter',
	default: {},
	options: [
		{
			displayName: 'Created After',
			name: 'createdAfter',
			type: 'dateTime',
			default: '',
			description: 'Only return runs created at or after this time',
		},
		{
			displayName: 'Created Before',
			name: 'createdBefore',
			type: 'dateTime',
			default: '',
			description: 'Only return runs created at or before this time',
		},
		statusFilter(['COMPLETE', 'FAILED', 'NEW', 'PROCESSING', 'RETRYING', 'WAITING']),
	],
};

/** @throws ParameterError for a date that isn't valid */
export function readFilters(context: IExecuteFunctions, item: number): Filters {
	const entered = context.getNodeParameter('filters', item, {}) as Record<string, unknown>;
	const zone = context.getTimezone();
	return {
		status: [entered.status ?? []].flat().map((status) => String(status).trim().toUpperCase()),
		createdAfter: readDate(entered.createdAfter, 'Created After', zone) ?? -Infinity,
		createdBefore: readDate(entered.createdBefore, 'Created Before', zone) ?? Infinity,
	};
}

/** Whether a run passes the filters. A run without a date only passes where no date is set. */
export function passes(run: CopyAiRun, { status, createdAfter, createdBefore }: Filters): boolean {
	if (status.length > 0 && !status.includes(run.status)) return false;
	if (createdAfter === -Infinity && createdBefore === Infinity) return true;
	const created = Date.parse(run.createdAt ?? '');
	return created >= createdAfter && created <= createdBefore;
}
