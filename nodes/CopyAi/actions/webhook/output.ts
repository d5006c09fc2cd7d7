import type { IDataObject } from 'n8n-workflow';
import { type CopyAiWebhook, maskTokens } from '../../api';

/** A webhook as an item's JSON, with the secret of a trigger masked wherever it is. */
export function toJson(webhook: CopyAiWebhook): IDataObject {
	return maskTokens(webhook) as IDataObject;
}
