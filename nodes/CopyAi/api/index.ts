export { endpoints, type Endpoints, MAX_PAGE_SIZE } from './endpoints';
export { copyAiHttp } from './http';
export { toWorkflowId, WORKFLOW_URL_REGEX } from './ids';
export { maskTokens } from './maskToken';
export { isJsonText, withParsedOutputs } from './outputs';
export { type CopyAiRun, keyText, toRun, toSnapshot } from './run';
export { runService, type StartRequest } from './service';
export { holdsApiKey } from './sampleKey';
export { sampleInputs } from './sampleRequest';
export { deleteWebhook, registerWebhook } from './webhookChanges';
export {
	type CopyAiWebhook,
	type Retry,
	isSameWebhook,
	listWebhooks,
	readWebhook,
	WEBHOOK_EVENTS,
	type WebhookEvent,
	type WebhookRequest,
} from './webhooks';
