import type { INodeProperties } from 'n8n-workflow';

export const sleepOption: INodeProperties = {
	displayName: 'Sleep While Waiting',
	name: 'sleepWhileWaiting',
	type: 'boolean',
	default: false,
	description:
		"Whether to wait in n8n's database for runs that take longer than a minute: nothing is kept in memory, and restarting n8n doesn't end the wait. A result can come a minute later. Needs n8n 2.41.",
};
