/** Why a call did not succeed, as a user reads it. Holds no secret. */
export interface ErrorDetails {
	/** What happened. */
	message: string;
	/** How to fix it. */
	description: string;
	/** HTTP status, where there was one. */
	httpCode?: number;
}

/** The service that an error is about. */
export interface ServiceName {
	name: string;
	/** Where its API usually is. */
	baseUrl: string;
}

/**
 * What a bad status means where it means the same for every service.
 *
 * @returns what happened and how to fix it; nothing for all other statuses
 */
export function describeStatus(
	{ name, baseUrl }: ServiceName,
	status: number,
): [message: string, description: string] | undefined {
	if (status === 429) {
		return [
			`${name} is limiting the number of requests`,
			"Lower 'Concurrency' under Options, or try again later.",
		];
	}
	if (status >= 500) {
		return [
			`${name} is currently unavailable`,
			'This is usually temporary. Try again in a few minutes.',
		];
	}
	if (status >= 300 && status < 400) {
		return [
			"The 'API URL' redirects to another address",
			`Redirects aren't followed, so that the API key isn't sent to another host. Set 'API URL' in the credential to the final address, usually ${baseUrl}.`,
		];
	}
	return undefined;
}

/** An answer with a good status that holds nothing usable. */
export function unreadableResponse(
	{ name, baseUrl }: ServiceName,
	status: number,
	action: string,
): ErrorDetails {
	return {
		message: `${name} returned an unreadable response when ${action} (status ${status})`,
		description: `Check 'API URL' in the credential; it is usually ${baseUrl}. If it is correct, try again in a few minutes.`,
		httpCode: status,
	};
}
