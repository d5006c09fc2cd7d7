import {
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	NodeConnectionTypes,
} from 'n8n-workflow';
import { description as actions, operations } from './actions';
import { builderHint } from './builderHint';
import * as listSearch from './methods/listSearch';
import * as resourceMapping from './methods/resourceMapping';
import { runOperation } from '../../../nodes/shared/operations';

/** B3OS: its workflow runs. Each operation is implemented in a file of its own in `actions/`. */
export class B3os implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'B3OS',
		name: 'b3os',
		icon: { light: 'file:b3os.svg', dark: 'file:b3os.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ ({ getAll: "Get Many", startAndWait: "Start and Wait" }[$parameter["operation"]] || $parameter["operation"].charAt(0).toUpperCase() + $parameter["operation"].slice(1)) + ": Workflow Run" }}',
		description: 'Run a B3OS workflow and get its output',
		defaults: { name: 'B3OS' },
		builderHint,
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'b3osApi', required: true }],
		properties: actions,
	};

	methods = { listSearch, resourceMapping };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runOperation(this, operations);
	}
}
