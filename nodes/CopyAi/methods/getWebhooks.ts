import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { endpoints, listWebhooks } from '../api';
import { toEditorError } from '../../shared/methods/editorErrors';
import { withoutQuery } from '../../shared/trigger';

/**
 * The workspace's webhooks: event and URL, without the secret that a trigger's URL holds.
 *
 * @throws when they can't be listed
 */
export async function getWebhooks(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const api = await endpoints(this);
	const answer = await listWebhooks(api, async (call) => await call());
	if (answer.kind !== 'ok') throw toEditorError(this, answer);
	return answer.value.map(({ id, eventType, url, workflowId }) => ({
		name: `${eventType} · ${withoutQuery(url)}`,
		value: id,
		description: `${id}, ${workflowId ?? 'all workflows'}`,
	}));
}
