import type { ILoadOptionsFunctions } from 'n8n-workflow';
import { copyAiHttp, holdsApiKey, sampleInputs } from '../api';
import { isObject, type JsonObject } from '../../shared/http';

/** What the option Sample Request holds. */
interface Sample {
	isEntered: boolean;
	/** Whether there is an API key in it. */
	hasKey: boolean;
	/** The inputs that it names, as if a run had been started with them; none, or one. */
	inputs: JsonObject[];
}

/** @throws what n8n throws when the credential is missing or can't be read */
export async function readSample(context: ILoadOptionsFunctions): Promise<Sample> {
	const options: unknown = context.getCurrentNodeParameter('options');
	const entered = isObject(options) ? options.sampleRequest : undefined;
	const text = typeof entered === 'string' ? entered : '';
	if (text.trim() === '') return { isEntered: false, hasKey: false, inputs: [] };
	const { apiKey } = await context.getCredentials(copyAiHttp.credentialType);
	const ownKey = String(apiKey ?? '');
	const hasKey = holdsApiKey(text) || (ownKey !== '' && text.includes(ownKey));
	return {
		isEntered: true,
		hasKey,
		inputs: [sampleInputs(text)].filter((found) => found !== undefined),
	};
}
