import type {
	IExecuteFunctions,
	IHookFunctions,
	IHttpRequestMethods,
	ILoadOptionsFunctions,
	IPollFunctions,
	ITriggerFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';
import type { Answer } from '../../runs';
import type { ErrorDetails } from './errorDetails';
import type { JsonObject } from './json';

/** Every place in n8n from which a service is called. */
export type ApiContext =
	| IExecuteFunctions
	| IHookFunctions
	| ILoadOptionsFunctions
	| IPollFunctions
	| ITriggerFunctions
	| IWebhookFunctions;

/** One call. */
export interface Call {
	method: IHttpRequestMethods;
	/** Below the API URL, each part encoded: `/workflow/W-1/run`. */
	path: string;
	query?: Record<string, string | number | boolean>;
	body?: JsonObject;
	/** What the call does, as it reads after "when" in a message: `starting a run of workflow W-1`. */
	action: string;
}

/** How one service's HTTP differs from another's. */
export interface HttpService {
	/** As messages say it. */
	name: string;
	/** The credential type that authenticates requests; it has `apiKey` and `baseUrl`. */
	credentialType: string;
	/** Where requests go unless the credential says otherwise. */
	baseUrl: string;
	/** A call that costs nothing and that the service's API surely answers with JSON: is there an API at all? */
	probePath: string;
	/** A field at the top of that answer, which other services don't have. Without it only web pages show a wrong address. */
	probeField?: string;
	/**
	 * What a bad status means, as a user reads it.
	 *
	 * @param body the JSON that came, or a text that isn't JSON; without secrets
	 */
	errorDetails(status: number, body: unknown, action: string): ErrorDetails;
	/** The kind of answer, where the service means something else by a status than HTTP does. */
	answerKind?(
		status: number,
		body: unknown,
		call: Call,
	): 'alreadyExists' | 'rejected' | 'exhausted' | undefined;
}

/**
 * Sends one call and parses the JSON of the answer. A good status whose JSON `parse` finds nothing in counts as
 * indeterminate: the call may have been processed. Never rejects.
 */
export interface Request {
	<T>(call: Call, parse: (answer: unknown) => T | undefined): Promise<Answer<T, ErrorDetails>>;
	/** A digest of the API URL and the key. */
	readonly account: string;
}
