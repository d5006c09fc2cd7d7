import type { INodeProperties } from 'n8n-workflow';
import type { ServiceText } from '../serviceText';

/** What differs by service in the fields for variables. */
interface VariableTexts {
	/** Where the mapper's fields come from. */
	mapper: { name: string; description: string };
	/** What n8n's AI workflow builder should know of the three forms. */
	howToBuild: string;
	/** Paths of parameters beside the workflow whose change loads the mapper's fields again. */
	dependsOn?: string[];
	exampleName: string;
	exampleValue: string;
}

export const allowEmptyOption: INodeProperties = {
	displayName: 'Start Without Variables',
	name: 'allowEmpty',
	type: 'boolean',
	default: false,
	description:
		'Whether to start runs even if no variable has a value. Only turn this on for workflows without inputs.',
};

/** The choice of how to enter the variables of a start, and the fields of its three forms. */
export function variableForms(
	{ sentences }: ServiceText,
	{ mapper, howToBuild, dependsOn = [], exampleName, exampleValue }: VariableTexts,
): INodeProperties[] {
	return [
		{
			displayName: 'Variables',
			name: 'variablesInput',
			type: 'options',
			noDataExpression: true,
			default: 'mapper',
			description: "How to provide values for the workflow's inputs",
			builderHint: { propertyHint: howToBuild },
			options: [
				{ name: mapper.name, value: 'mapper', description: mapper.description },
				{
					name: 'Using Fields Below',
					value: 'fields',
					description: 'Enter the name and value of each variable',
				},
				{
					name: 'Using JSON',
					value: 'json',
					description: 'Enter all variables as one JSON object',
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
				loadOptionsDependsOn: ['workflowId.value', ...dependsOn],
				resourceMapper: {
					resourceMapperMethod: 'getVariables',
					mode: 'add',
					fieldWords: { singular: 'variable', plural: 'variables' },
					addAllFields: true,
					multiKeyMatch: false,
					supportAutoMap: true,
					// The notice that comes instead of fields says more.
					hideNoDataError: true,
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
				"Variables for the run. Names must match the workflow's inputs exactly, including case, spaces and hyphens.",
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
							description: sentences.variableName,
						},
						{
							displayName: 'Value',
							name: 'value',
							type: 'string',
							default: '',
							placeholder: `e.g. ${exampleValue}`,
							description:
								'What to put into this input of the workflow, such as a topic or a product',
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
			// The editor shows no placeholder for JSON.
			hint: `e.g. <code>{ ${JSON.stringify(exampleName)}: ${JSON.stringify(exampleValue)} }</code>`,
			description:
				"Variables for the run, as a JSON object: the exact name of each of the workflow's inputs, and what to put into it",
		},
	];
}
