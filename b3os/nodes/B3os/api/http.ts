import {
	type ErrorDetails,
	type HttpService,
	isObject,
	parseJson,
	describeStatus,
} from '../../../../nodes/shared/http';

/** A run of this ID exists: the start was made before. */
const ALREADY_STARTED = 400_079;
const BAD_RUN_ID = 400_078;

const KEY_PAGE =
	'Check the API key in the credential. Keys are made in B3OS under Organization Settings > API Keys. Some accounts also need the organization ID in the credential.';

/** B3OS's own words in a bad answer, as far as there are any. */
interface Said {
	code?: number;
	message: string;
	requestId: string;
	details: string;
}

/** B3OS, as requests are sent to it. Source: https://docs.b3os.org */
export const b3osHttp: HttpService = {
	name: 'B3OS',
	credentialType: 'b3osApi',
	baseUrl: 'https://api.b3os.org',
	errorDetails: statusError,
	answerKind(status, body, { method }) {
		if (status >= 400 && status < 500 && read(body).code === ALREADY_STARTED)
			return 'alreadyExists';
		// A key that may only read is still good for looking at what runs already.
		return status === 403 && method === 'POST' ? 'rejected' : undefined;
	},
};

function statusError(status: number, body: unknown, action: string): ErrorDetails {
	const { code, message, requestId, details } = read(body);
	const said = [
		`B3OS answered ${status}${code === undefined ? '' : ` (${code})`} to ${action}`,
		message && `: ${message}`,
		details && ` (${details})`,
		requestId && `, request ${requestId}`,
	].join('');
	const error = (text: string, description: string) => ({
		message: `${text}: ${said}`,
		description,
		httpCode: status,
	});

	if (code === ALREADY_STARTED) {
		return error(
			'The run ID is taken',
			'A run of this ID exists, though this API key may not see it. Run IDs are unique: choose another one.',
		);
	}
	if (code === BAD_RUN_ID) {
		return error(
			'The run ID was not accepted',
			'A run ID begins with run_, then come letters, digits and underscores.',
		);
	}
	switch (status) {
		case 401:
			return error('The API key was not accepted', KEY_PAGE);
		case 402:
			return error(
				'The compute balance is used up',
				'Add compute to the organization in B3OS, then run this again.',
			);
		case 403:
			return error(
				'The API key may not do this',
				`Starting and cancelling runs need a key with the scope read-write. ${KEY_PAGE}`,
			);
		case 404:
			return error(
				'Not found',
				'Check the ID, and that it belongs to the organization of the API key. A run just started can be missing for some seconds.',
			);
		case 409:
			return error('Not possible as it stands', 'Look at it in B3OS, then try again.');
	}
	const words = describeStatus(b3osHttp, status);
	if (words) return error(...words);
	return error(
		'B3OS did not accept the request',
		"Check the variables against the workflow's inputs, and that the workflow is not archived.",
	);
}

/** `{code, message, requestId, details?}`; HTML, empty and other bodies have none of it. */
function read(body: unknown): Said {
	const answer = typeof body === 'string' ? parseJson(body) : body;
	const { code, message, requestId, details } = isObject(answer) ? answer : {};
	const list = Array.isArray(details) ? details : [];
	return {
		code: typeof code === 'number' ? code : undefined,
		message: typeof message === 'string' ? message.slice(0, 300) : '',
		requestId: typeof requestId === 'string' ? requestId.slice(0, 100) : '',
		details: list
			.map((detail) => (typeof detail === 'string' ? detail : JSON.stringify(detail)))
			.join('; ')
			.slice(0, 300),
	};
}
