import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import type { CopyAiRun } from '../../api';
import { statusFilter } from '../../../shared/descriptions';
import { ParameterError } from '../../../shared/operations';

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
	return {
		status: [entered.status ?? []].flat().map((status) => String(status).trim().toUpperCase()),
		createdAfter: readTime(entered.createdAfter, 'Created After') ?? -Infinity,
		createdBefore: readTime(entered.createdBefore, 'Created Before') ?? Infinity,
	};
}

function readTime(entered: unknown, label: string): number | undefined {
	if (entered === undefined || entered === null || entered === '') return undefined;
	// Text and Date both; luxon's DateTime, as expressions give it, is read through its ISO text.
	const time = Date.parse(entered instanceof Date ? entered.toISOString() : String(entered));
	if (!Number.isNaN(time)) return time;
	throw new ParameterError(
		`'${label}' isn't a valid date: ${JSON.stringify(entered)}`,
		'Enter an ISO 8601 date, such as 2026-01-31T08:00:00Z.',
	);
}

/** Whether a run passes the filters. A run without a date only passes where no date is set. */
export function passes(run: CopyAiRun, { status, createdAfter, createdBefore }: Filters): boolean {
	if (status.length > 0 && !status.includes(run.status)) return false;
	if (createdAfter === -Infinity && createdBefore === Infinity) return true;
	const created = Date.parse(run.createdAt ?? '');
	return created >= createdAfter && created <= createdBefore;
}
