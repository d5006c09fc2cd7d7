import {
	type ErrorDetails,
	type HttpService,
	isObject,
	describeStatus,
	findReason,
	truncate,
} from '../../../../nodes/shared/http';

/**
 * B3OS's codes, which it documents for `POST /v1/runs` alone: elsewhere they are a hint.
 *
 * Source: `POST /v1/runs` in https://docs.b3os.org/api/reference
 */
const BAD_RUN_ID = 400_078;
const BAD_DEFINITION = 400_228;
const TRIGGER_NOT_MANUAL = 400_229;
/** A run with this ID exists. See `startOrFind` for what is made of it. */
const ALREADY_STARTED = 400_079;

const KEY_PAGE =
	"Check the API key in the credential. You can create keys in B3OS under Organization Settings > API Keys. If the key is right, fill in 'Organization ID' in the credential.";

/** What B3OS says in a bad answer, as far as it does. */
interface ErrorBody {
	code?: number;
	message: string;
	requestId: string;
	details: string;
}

/**
 * B3OS, as requests are sent to it. A bad answer is
 * `{"code":400012,"message":"Run not found","requestId":"req_1","details":[…]}`, HTML or nothing.
 *
 * Source: https://docs.b3os.org/api/reference
 */
export const b3osHttp: HttpService = {
	name: 'B3OS',
	credentialType: 'b3osApi',
	baseUrl: 'https://api.b3os.org',
	probePath: '/v1/organizations',
	errorDetails: statusError,
	answerKind(status, body, { method }) {
		if (status >= 400 && status < 500 && readErrorBody(body).code === ALREADY_STARTED)
			return 'alreadyExists';
		if (status === 402 && method === 'POST') return 'exhausted';
		// A key with the scope read can still get runs that exist.
		return status === 403 && method === 'POST' ? 'rejected' : undefined;
	},
};

function statusError(status: number, body: unknown, action: string): ErrorDetails {
	const { code, message, requestId, details } = readErrorBody(body);
	const response = [
		`B3OS responded with ${status}${code === undefined ? '' : ` (${code})`} when ${action}`,
		message && `: ${message}`,
		details && ` (${details})`,
		requestId && `, request ${requestId}`,
	].join('');
	const error = (text: string, description: string) => ({
		message: `${text}: ${response}`,
		description,
		httpCode: status,
	});

	if (code === ALREADY_STARTED) {
		return error(
			'The run ID is already in use',
			"B3OS has a run with this ID, but doesn't show it to this API key. Check B3OS for it before you choose another ID.",
		);
	}
	if (code === BAD_DEFINITION) {
		return error("The workflow's definition isn't valid", 'Check the workflow in B3OS.');
	}
	if (code === TRIGGER_NOT_MANUAL) {
		return error(
			"The trigger can't be started by API",
			"Set 'Trigger Node ID' under Options to a manual trigger of the workflow.",
		);
	}
	if (code === BAD_RUN_ID) {
		return error(
			"The run ID isn't valid",
			'Run IDs start with run_, followed by letters, digits and underscores.',
		);
	}
	switch (status) {
		case 401:
			return error('B3OS rejected the API key', KEY_PAGE);
		case 402:
			return error(
				'The organization has no compute balance left',
				'Add compute to the organization in B3OS, then try again.',
			);
		case 403:
			return error(
				"The API key doesn't have permission for this operation",
				`Starting and canceling runs requires a key with the read-write scope. ${KEY_PAGE}`,
			);
		case 404:
			return error(
				'Not found',
				"Check the ID, and that it belongs to the API key's organization. A run that just started can take a few seconds to appear.",
			);
		case 409:
			return error(
				"The run can't be changed in its current state",
				'Check the run in B3OS, then try again.',
			);
	}
	const described = describeStatus(b3osHttp, status);
	if (described) return error(...described);
	return error(
		'B3OS rejected the request',
		"Make sure the variables match the workflow's inputs, and that the workflow isn't archived.",
	);
}

/**
 * The fields of `{code, message, requestId, details?}`; older answers have `{error: {message, code}}`, and HTML, empty and
 * other bodies nothing.
 */
function readErrorBody(body: unknown): ErrorBody {
	const { code, message, requestId, details, error } = isObject(body) ? body : {};
	const inner = isObject(error) ? error.code : undefined;
	return {
		code: [code, inner].find((value) => typeof value === 'number'),
		message: truncate(findReason(message) ?? findReason(error) ?? '', 300),
		requestId: typeof requestId === 'string' ? truncate(requestId, 100) : '',
		details: truncate(findReason(details) ?? '', 300),
	};
}
