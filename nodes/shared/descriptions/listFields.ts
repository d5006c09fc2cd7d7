import type { INodeProperties } from 'n8n-workflow';

/** Return All and Limit, for every list. */
export const limitFields: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		displayOptions: { show: { returnAll: [false] } },
		description: 'Max number of results to return',
	},
];

/** Filter by status. @param statuses as the service names them, sorted */
export function statusFilter(statuses: string[]): INodeProperties {
	return {
		displayName: 'Status',
		name: 'status',
		type: 'multiOptions',
		default: [],
		description: 'Only return runs with one of these statuses',
		options: statuses.map((value) => ({
			name: value.charAt(0).toUpperCase() + value.slice(1).toLowerCase(),
			value,
		})),
	};
}
