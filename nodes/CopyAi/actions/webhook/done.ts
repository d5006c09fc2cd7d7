import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

type Done = Record<number, string>;

/**
 * Ids of the webhooks that earlier tries of this execution have created or deleted, by item: Retry On Fail runs the
 * whole node again, and what is done must not be done twice. n8n keeps a node's context over the tries, by the node's
 * name alone: a loop enters it once per run index.
 */
export function doneBefore(context: IExecuteFunctions, what: 'created' | 'deleted'): Done {
	const kept: IDataObject & { copyAiWebhooks?: Record<string, Done> } = context.getContext('node');
	const runIndex = context.getWorkflowDataProxy(0).$runIndex as number;
	kept.copyAiWebhooks ??= {};
	return (kept.copyAiWebhooks[`${what} ${runIndex}`] ??= {});
}
