import {
	type IExecuteFunctions,
	type IHookFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type ITriggerFunctions,
	type ITriggerResponse,
	type IWebhookFunctions,
	type IWebhookResponseData,
	NodeConnectionTypes,
} from 'n8n-workflow';
import { builderHint } from './builderHint';
import { passOn } from './execution';
import { fields, subtitle } from './fields';
import { startTrigger } from './trigger';
import { handleDelivery } from './webhook';
import { checkExists, create, remove } from './webhookMethods';

/**
 * Starts a workflow on Copy.ai events. `webhookMethods.ts` registers the webhooks, `webhook.ts` handles deliveries,
 * `trigger.ts` catches up what wasn't delivered.
 */
export class CopyAiTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Copy.ai Trigger',
		name: 'copyAiTrigger',
		icon: { light: 'file:../CopyAi/copyAi.svg', dark: 'file:../CopyAi/copyAi.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle,
		// The nodes panel shows it for both nodes together.
		description:
			'Run a Copy.ai workflow and get the text it writes, or start this workflow when a run starts, completes or fails',
		eventTriggerDescription: 'Run a workflow in Copy.ai',
		activationMessage: 'Runs in Copy.ai now start this workflow.',
		triggerPanel: {
			executionsHelp: {
				inactive:
					'<b>While building your workflow</b>, click the button above, then run a workflow in Copy.ai. This starts one execution, which shows up in this editor.<br /><br /><b>Once you are happy with it</b>, publish the workflow (in n8n 1: activate it). Then each event in Copy.ai starts an execution, which shows up in the <a data-key="executions">executions list</a>, but not in this editor.',
				active:
					'<b>While building your workflow</b>, click the button above, then run a workflow in Copy.ai. This starts one execution, which shows up in this editor.<br /><br /><b>Your workflow also starts by itself</b>, on each event in Copy.ai. Those executions show up in the <a data-key="executions">executions list</a>, but not in this editor.',
			},
		},
		builderHint,
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
				// It would be the address without the secret, which is of no use to anybody.
				ndvHideUrl: true,
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

	async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
		return await startTrigger(this);
	}

	/** Passes the event on. Without this method, a test would show what `trigger()` emits, not the delivery. */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return passOn(this);
	}
}
