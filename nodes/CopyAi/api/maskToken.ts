import type { Answer } from '../../runs';
import {
	type ErrorDetails,
	isObject,
	isTooDeep,
	type JsonObject,
	maskTriggerSecrets,
} from '../../shared/http';

/** JSON with the secrets of triggers masked, at any level; properties nested too deeply for n8n are left out. */
export function maskTokens(json: JsonObject): JsonObject {
	const entries = Object.entries(json).filter(([, value]) => !isTooDeep([value]));
	return maskTexts(Object.fromEntries(entries)) as JsonObject;
}

/** An answer whose error, which can quote a registered URL, shows no trigger's secret. */
export function masked<T>(answer: Answer<T, ErrorDetails>): Answer<T, ErrorDetails> {
	return 'error' in answer ? { ...answer, error: maskedError(answer.error) } : answer;
}

export function maskedError(error: ErrorDetails): ErrorDetails {
	const { message, description } = error;
	return {
		...error,
		message: maskTriggerSecrets(message),
		description: maskTriggerSecrets(description),
	};
}

function maskTexts(value: unknown): unknown {
	if (typeof value === 'string') return maskTriggerSecrets(value);
	if (Array.isArray(value)) return value.map(maskTexts);
	if (!isObject(value)) return value;
	const entries = Object.entries(value);
	return Object.fromEntries(
		entries.map(([key, entry]) => [maskTriggerSecrets(key), maskTexts(entry)]),
	);
}
