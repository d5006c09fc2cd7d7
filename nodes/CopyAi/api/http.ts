import {
	type ErrorDetails,
	type HttpService,
	isObject,
	parseJson,
	describeStatus,
} from '../../shared/http';

const KEY_PAGE =
	'Check the API key in the credential. Keys are made in Copy.ai under Configuration > API Keys by an owner or admin, may expire after 12 months, and act with the rights of one user.';

/** Copy.ai, as requests are sent to it. Source: the table of errors in https://support.fullcast.com/apidocs, and HTTP. */
export const copyAiHttp: HttpService = {
	name: 'Copy.ai',
	credentialType: 'copyAiApi',
	baseUrl: 'https://api.copy.ai/api',
	errorDetails: statusError,
};

function statusError(status: number, body: unknown, action: string): ErrorDetails {
	const answer = typeof body === 'string' ? parseJson(body) : body;
	const code =
		isObject(answer) && typeof answer.errorCode === 'string' ? answer.errorCode : undefined;
	const reasons = status === 422 ? reasonsIn(answer) : '';
	const said = `Copy.ai answered ${status}${code ? ` ${code.slice(0, 100)}` : ''} to ${action}${reasons}`;
	const error = (text: string, description: string) => ({
		message: `${text}: ${said}`,
		description,
		httpCode: status,
	});

	if (code === 'WORKFLOW_CREDIT_LIMIT_REACHED') {
		return error(
			"The workflow's credit limit is reached",
			'Raise the limit of the workflow or add credits in Copy.ai, then run this again. Nothing was started for this item.',
		);
	}
	if (status === 401) return error('The API key was not accepted', KEY_PAGE);
	if (status === 403) return error('The API key may not do this', KEY_PAGE);
	if (status === 404) {
		return error(
			'Not found',
			"Check the id. A key finds only what its user may see in Copy.ai, so a colleague's workflow can be missing too. A run just started can be missing for some seconds.",
		);
	}
	if (status === 422) {
		return error(
			'The request was not valid',
			"Compare the variables with the workflow's inputs: names count to the letter, case, blanks and hyphens included.",
		);
	}
	const words = describeStatus(copyAiHttp, status);
	if (words) return error(...words);
	return error(
		'Copy.ai did not accept the request',
		"Check the ids and the variables: names must be those of the workflow's inputs.",
	);
}

/** `{field: [reason, …]}` as text. */
function reasonsIn(answer: unknown): string {
	if (!isObject(answer) || !isObject(answer.details)) return '';
	const reasons = Object.entries(answer.details).map(([field, list]) => {
		const texts = (Array.isArray(list) ? list : [list]).map((reason) =>
			typeof reason === 'string' ? reason : JSON.stringify(reason),
		);
		return `${field}: ${texts.join(', ')}`;
	});
	return reasons.length > 0 ? ` (${reasons.join('; ').slice(0, 500)})` : '';
}
