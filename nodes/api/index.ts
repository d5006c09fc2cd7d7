export { endpoints, type Endpoints, MAX_PAGE_SIZE } from './endpoints';
export { copyAi } from './http';
export { toWorkflowId, WORKFLOW_URL_REGEX } from './ids';
export { isJsonText, withParsedOutputs } from './outputs';
export { type CopyAiRun, keyText, toRun, toSeen } from './run';
export { runService, type StartRequest } from './service';
export {
	type CopyAiWebhook,
	type Insist,
	isSameWebhook,
	listWebhooks,
	registerWebhook,
	removeWebhook,
	toWebhook,
	WEBHOOK_EVENTS,
	type WebhookEvent,
	type WebhookRequest,
} from './webhooks';
