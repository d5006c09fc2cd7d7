import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';
import type { ServiceText } from '../serviceText';

/**
 * Field for an existing run.
 *
 * @param placeholder an example of its ID, such as `e.g. run_1`
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

/** What both settings for a run that isn't completed say of 'Stop'. */
const STOP_DESCRIPTION =
	'Stop the node with a message naming the run, after all other runs have finished';

type Option = INodeProperties | INodePropertyOptions | INodePropertyCollection;

export function concurrencyOption({ sentences }: ServiceText): Option {
	return {
		displayName: 'Concurrency',
		name: 'concurrency',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 10,
		description: sentences.concurrency,
	};
}

const timeoutOption: Option = {
	displayName: 'Timeout',
	name: 'timeout',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 600,
	hint: 'In seconds',
	description: 'Maximum time in seconds to wait for a run to finish',
};

function onTimeoutOption({ sentences }: ServiceText): Option {
	return {
		displayName: 'On Timeout',
		name: 'onTimeout',
		type: 'options',
		default: 'stop',
		description: sentences.onTimeout,
		options: [
			{
				name: 'Stop',
				value: 'stop',
				description: STOP_DESCRIPTION,
			},
			{
				name: 'Continue',
				value: 'continue',
				description: 'Output the run with its current status',
			},
		],
	};
}

function onFailedRunOption({ sentences }: ServiceText): Option {
	return {
		displayName: 'On Failed Run',
		name: 'onFailedRun',
		type: 'options',
		default: 'stop',
		description: sentences.onFailedRun,
		options: [
			{
				name: 'Stop',
				value: 'stop',
				description: STOP_DESCRIPTION,
			},
			{
				name: 'Continue',
				value: 'continue',
				description: "Output the failed run, with the reason in its 'failure' field",
			},
		],
	};
}

/** Options of the operations that wait for runs. */
export function waitOptions(text: ServiceText): Option[] {
	return [onFailedRunOption(text), onTimeoutOption(text), timeoutOption];
}

/** The collection Options, its entries sorted by label as n8n's lint rules want it. */
export function optionsField(options: Option[]): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		// No locale sort: the first one takes 10 ms at the start of every n8n.
		options: [...options].sort((one, other) =>
			labelOf(one) < labelOf(other) ? -1 : 1,
		) as INodeProperties[],
	};
}

function labelOf(option: Option): string {
	return 'displayName' in option ? option.displayName : option.name;
}

/** The fields, shown for one operation only. */
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
