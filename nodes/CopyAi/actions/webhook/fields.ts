import type { INodeProperties } from 'n8n-workflow';

/** An existing webhook. */
export const webhookField: INodeProperties = {
	displayName: 'Webhook ID',
	name: 'webhookId',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. 0a1b2c3d-4e5f-6789-abcd-ef0123456789',
	description: 'The ID of the webhook, as Create and Get Many return it',
};
