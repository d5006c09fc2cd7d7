import {
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	NodeConnectionTypes,
} from 'n8n-workflow';
import { description as actions, operations } from './actions';
import { builderHint } from './builderHint';
import { getWebhooks } from './methods/getWebhooks';
import * as listSearch from './methods/listSearch';
import * as resourceMapping from './methods/resourceMapping';
import { runOperation } from '../shared/operations';

/** Copy.ai: its workflow runs and webhooks. Each operation is implemented in a file of its own in `actions/`. */
export class CopyAi implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Copy.ai',
		name: 'copyAi',
		icon: { light: 'file:copyAi.svg', dark: 'file:copyAi.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ ({ getAll: "Get Many", startAndWait: "Start and Wait" }[$parameter["operation"]] || $parameter["operation"].charAt(0).toUpperCase() + $parameter["operation"].slice(1)) + ": " + ($parameter["resource"] === "workflowRun" ? "Workflow Run" : "Webhook") }}',
		description: 'Run a Copy.ai workflow and get the text it writes',
		defaults: { name: 'Copy.ai' },
		builderHint,
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'copyAiApi', required: true }],
		properties: actions,
	};

	methods = { listSearch, loadOptions: { getWebhooks }, resourceMapping };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runOperation(this, operations);
	}
}
