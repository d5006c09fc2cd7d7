import type { IDataObject } from 'n8n-workflow';
import type { CopyAiWebhook } from '../../api';

/** The secret of a Copy.ai Trigger in the URL that the trigger registers. */
const TOKEN = /([?&]token=)[^&#\s]*/gi;

/** A webhook as an item's JSON, with the secret of a trigger masked. */
export function toJson(webhook: CopyAiWebhook): IDataObject {
	return Object.fromEntries(
		Object.entries(webhook).map(([name, value]) => [
			name,
			typeof value === 'string' ? value.replace(TOKEN, '$1***') : value,
		]),
	) as IDataObject;
}
