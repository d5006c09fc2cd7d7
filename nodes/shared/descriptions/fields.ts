import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';
import type { ServiceText } from '../serviceText';

/**
 * A run that exists already.
 *
 * @param placeholder an example of its ID
 */
export function runLocator(description: string, placeholder: string): INodeProperties {
	return {
		displayName: 'Run',
		name: 'runId',
		type: 'resourceLocator',
		required: true,
		default: { mode: 'id', value: '' },
		description,
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				typeOptions: { searchListMethod: 'searchRuns', searchable: true },
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder,
			},
		],
	};
}

export const simplifyField: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

type Option = INodeProperties | INodePropertyOptions | INodePropertyCollection;

export function concurrencyOption({ name }: ServiceText): Option {
	return {
		displayName: 'Concurrency',
		name: 'concurrency',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 10,
		description: `How many requests to send to ${name} at the same time, for all items together`,
	};
}

const timeLimitOption: Option = {
	displayName: 'Timeout',
	name: 'timeout',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 600,
	description: 'How many seconds a run may take before waiting for it ends',
};

function onTimeLimitOption({ name }: ServiceText): Option {
	return {
		displayName: 'On Timeout',
		name: 'onTimeout',
		type: 'options',
		default: 'stop',
		description: `What to do when a run is not over at its time limit. The run itself goes on in ${name}.`,
		options: [
			{
				name: 'Stop',
				value: 'stop',
				description: 'End with a message that names the run, once all other runs are over',
			},
			{
				name: 'Continue',
				value: 'continue',
				description: 'Output the run as it stands',
			},
		],
	};
}

function onFailedRunOption({ failedEnd }: ServiceText): Option {
	return {
		displayName: 'On Failed Run',
		name: 'onFailedRun',
		type: 'options',
		default: 'stop',
		description: `What to do when a run ends ${failedEnd}`,
		options: [
			{
				name: 'Stop',
				value: 'stop',
				description: 'End with a message that names the run, once all other runs are over',
			},
			{
				name: 'Continue',
				value: 'continue',
				description: 'Output the failed run, with the reason in the field "failure"',
			},
		],
	};
}

/** How the runs of all items are waited for. */
export function waitOptions(words: ServiceText): Option[] {
	return [onFailedRunOption(words), onTimeLimitOption(words), timeLimitOption];
}

/** The collection that holds what is optional, by name as n8n shows it. */
export function optionsField(options: Option[]): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		// Not by locale: the first comparison of that kind takes 10 ms, of every n8n that starts.
		options: [...options].sort((one, other) =>
			labelOf(one) < labelOf(other) ? -1 : 1,
		) as INodeProperties[],
	};
}

function labelOf(option: Option): string {
	return 'displayName' in option ? option.displayName : option.name;
}

/** Fields for one operation alone. */
export function showFor(
	resource: string,
	operation: string,
	fields: INodeProperties[],
): INodeProperties[] {
	return fields.map((field) => ({
		...field,
		displayOptions: {
			...field.displayOptions,
			show: { ...field.displayOptions?.show, resource: [resource], operation: [operation] },
		},
	}));
}
