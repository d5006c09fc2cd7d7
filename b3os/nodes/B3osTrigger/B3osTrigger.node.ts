import {
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
	NodeConnectionTypes,
} from 'n8n-workflow';
import { searchWorkflows } from '../B3os/methods/listSearch';
import { builderHint } from './builderHint';
import { fields, subtitle } from './fields';
import { poll } from './poll';

/** Starts a workflow when B3OS runs start, wait or end. B3OS's lists are polled: its own events aren't public. */
export class B3osTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'B3OS Trigger',
		name: 'b3osTrigger',
		icon: { light: 'file:../B3os/b3os.svg', dark: 'file:../B3os/b3os.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle,
		description: 'Starts the workflow when a B3OS workflow run finishes, fails or waits',
		builderHint,
		defaults: { name: 'B3OS Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'b3osApi', required: true }],
		properties: fields,
	};

	methods = { listSearch: { searchWorkflows } };

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await poll(this);
	}
}
