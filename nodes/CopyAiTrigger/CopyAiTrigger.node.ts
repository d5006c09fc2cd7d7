import {
	type IHookFunctions,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
	NodeConnectionTypes,
} from 'n8n-workflow';
import { fields } from './fields';
import { handleDelivery } from './webhook';
import { checkExists, create, remove } from './webhookMethods';

/** Starts a workflow on Copy.ai events. `webhookMethods.ts` registers the webhooks, `webhook.ts` handles deliveries. */
export class CopyAiTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Copy.ai Trigger',
		name: 'copyAiTrigger',
		icon: { light: 'file:../CopyAi/copyAi.svg', dark: 'file:../CopyAi/copyAi.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["events"].join(", ") }}',
		description: 'Starts the workflow when a Copy.ai workflow run starts, completes or fails',
		defaults: { name: 'Copy.ai Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'copyAiApi', required: true }],
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				// n8n responds once the execution is stored, so an event that got a 200 isn't lost.
				responseMode: 'onReceived',
				responseData: 'noData',
				path: 'webhook',
			},
		],
		properties: fields,
	};

	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return await checkExists(this);
			},
			async create(this: IHookFunctions): Promise<boolean> {
				await create(this);
				return true;
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				return await remove(this);
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await handleDelivery(this);
	}
}
