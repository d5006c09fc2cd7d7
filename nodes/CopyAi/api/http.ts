import {
	type ErrorDetails,
	type HttpService,
	isObject,
	describeStatus,
	findReason,
	truncate,
} from '../../shared/http';

const KEY_PAGE =
	'Check the API key in the credential. Workspace owners and admins create keys in Copy.ai under Configuration > API Keys. Keys can expire after 12 months and have the permissions of a single user.';

/** Of a start, when the workflow has no credits left: every other start would be refused too. */
const CREDIT_LIMIT = 'WORKFLOW_CREDIT_LIMIT_REACHED';

/**
 * Copy.ai, as requests are sent to it. Bad answers hold a code and no text:
 * `{"status":"error","errorCode":"REQUEST_INVALID","details":{"Input 1":["is missing"]}}`, `{}`, HTML or nothing.
 *
 * Source: the table of errors in https://support.fullcast.com/apidocs; all other statuses as in HTTP
 */
export const copyAiHttp: HttpService = {
	name: 'Copy.ai',
	credentialType: 'copyAiApi',
	baseUrl: 'https://api.copy.ai/api',
	probePath: '/webhook?size=1&page=0',
	probeField: 'data',
	errorDetails: statusError,
	answerKind: (_, body, { method }) =>
		method === 'POST' && errorCode(body) === CREDIT_LIMIT ? 'exhausted' : undefined,
};

function errorCode(body: unknown): string | undefined {
	return isObject(body) && typeof body.errorCode === 'string' ? body.errorCode : undefined;
}

function statusError(status: number, body: unknown, action: string): ErrorDetails {
	const code = errorCode(body);
	const reasons = status === 422 ? reasonsIn(body) : '';
	const response = `Copy.ai responded with ${status}${code ? ` ${truncate(code, 100)}` : ''} when ${action}${reasons}`;
	const error = (text: string, description: string) => ({
		message: `${text}: ${response}`,
		description,
		httpCode: status,
	});

	if (code === CREDIT_LIMIT) {
		return error(
			'The workflow has reached its credit limit',
			"Raise the workflow's limit or add credits in Copy.ai, then try again. No run was started.",
		);
	}
	if (status === 401) return error('Copy.ai rejected the API key', KEY_PAGE);
	if (status === 403)
		return error("The API key doesn't have permission for this operation", KEY_PAGE);
	if (status === 404) {
		return error(
			'Not found',
			'Check the ID. The API key only has access to what its user can see in Copy.ai. A run that just started can take a few seconds to appear.',
		);
	}
	if (status === 422) {
		return error(
			"Copy.ai couldn't process the request",
			"Make sure the variable names match the workflow's inputs exactly, including case, spaces and hyphens.",
		);
	}
	const described = describeStatus(copyAiHttp, status);
	if (described) return error(...described);
	return error(
		'Copy.ai rejected the request',
		"Check the IDs, and make sure the variable names match the workflow's inputs.",
	);
}

/** The most fields, and reasons of one field, that a message names. */
const MAX_FIELDS = 20;

/** `details` as text: `{"Input 1": ["is missing", "is blank"]}` is ` (Input 1: is missing, is blank)`. */
function reasonsIn(answer: unknown): string {
	if (!isObject(answer) || !isObject(answer.details)) return '';
	const reasons = Object.entries(answer.details)
		.slice(0, MAX_FIELDS)
		.map(([field, list]) => {
			const texts = (Array.isArray(list) ? list : [list])
				.slice(0, MAX_FIELDS)
				.map((reason) => findReason(reason) ?? 'unknown reason');
			return `${field}: ${texts.join(', ')}`;
		});
	return reasons.length > 0 ? ` (${truncate(reasons.join('; '), 500)})` : '';
}
