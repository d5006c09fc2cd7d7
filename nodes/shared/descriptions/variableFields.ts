import type { INodeProperties } from 'n8n-workflow';
import type { ServiceText } from '../serviceText';

/** What differs between services in how variables are entered. */
interface VariableWords {
	/** Where the mapper's fields come from. */
	mapper: { name: string; description: string };
	exampleName: string;
	exampleValue: string;
}

/** How the variables of a start are entered, and their three forms. */
export function variableForms(
	{ name: service }: ServiceText,
	{ mapper, exampleName, exampleValue }: VariableWords,
): INodeProperties[] {
	return [
		{
			displayName: 'Variables',
			name: 'variablesInput',
			type: 'options',
			noDataExpression: true,
			default: 'mapper',
			description: "How to enter the values of the workflow's inputs",
			options: [
				{ name: mapper.name, value: 'mapper', description: mapper.description },
				{
					name: 'Fields Below',
					value: 'fields',
					description: 'Enter the name and value of each variable',
				},
				{
					name: 'JSON',
					value: 'json',
					description: 'All variables as one JSON object',
				},
			],
		},
		{
			displayName: 'Values',
			name: 'variables',
			type: 'resourceMapper',
			noDataExpression: true,
			default: { mappingMode: 'defineBelow', value: null },
			displayOptions: { show: { variablesInput: ['mapper'] } },
			typeOptions: {
				loadOptionsDependsOn: ['workflowId.value'],
				resourceMapper: {
					resourceMapperMethod: 'getVariables',
					mode: 'add',
					fieldWords: { singular: 'variable', plural: 'variables' },
					addAllFields: true,
					multiKeyMatch: false,
					supportAutoMap: true,
				},
			},
		},
		{
			displayName: 'Values',
			name: 'variableFields',
			type: 'fixedCollection',
			typeOptions: { multipleValues: true, sortable: true },
			placeholder: 'Add Variable',
			default: {},
			displayOptions: { show: { variablesInput: ['fields'] } },
			description:
				"The variables to start the run with. Names must match the workflow's inputs exactly, including case, spaces and hyphens.",
			options: [
				{
					displayName: 'Variable',
					name: 'variable',
					values: [
						{
							displayName: 'Name',
							name: 'name',
							type: 'string',
							default: '',
							placeholder: `e.g. ${exampleName}`,
							description: `The name of the workflow's input, exactly as ${service} shows it`,
						},
						{
							displayName: 'Value',
							name: 'value',
							type: 'string',
							default: '',
							placeholder: `e.g. ${exampleValue}`,
							description: 'The value of this input for this run',
						},
					],
				},
			],
		},
		{
			displayName: 'Values',
			name: 'variablesJson',
			type: 'json',
			default: '{}',
			displayOptions: { show: { variablesInput: ['json'] } },
			placeholder: `e.g. { ${JSON.stringify(exampleName)}: ${JSON.stringify(exampleValue)} }`,
			description: 'The variables to start the run with, as one JSON object of names and values',
		},
	];
}
