import { truncate } from './redact';

/** The longest message that a node shows, characters: it has to leave room for the help below it. */
export const MAX_SHOWN_LENGTH = 400;

/**
 * A message as a node shows it: short enough for the screen.
 *
 * @param end stays whole, such as ` [Item 3]`
 */
export function shownMessage(text: string, end = ''): string {
	return `${truncate(text, MAX_SHOWN_LENGTH - end.length)}${end}`;
}

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
	if (status === 407) {
		return [
			'The proxy requires authentication',
			'n8n sends requests through a proxy, which rejected them. Check the user name and password in the proxy settings of n8n (HTTPS_PROXY, HTTP_PROXY or ALL_PROXY).',
		];
	}
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

/** An answer that was cut off at the limit. @param maxBytes that are read of one answer */
export function oversizedResponse(
	{ name }: ServiceName,
	maxBytes: number,
	action: string,
): ErrorDetails {
	const maxMegabytes = maxBytes / 1024 / 1024;
	return {
		message: `${name} returned more than ${maxMegabytes} MB when ${action}`,
		description: `At most ${maxMegabytes} MB are read of one response. For lists, lower 'Limit' or get the runs one by one.`,
	};
}

/** An answer that n8n can't copy and store. @param maxDepth levels of lists and objects in each other */
export function nestedResponse(
	{ name }: ServiceName,
	maxDepth: number,
	action: string,
): ErrorDetails {
	return {
		message: `${name} returned data with more than ${maxDepth} levels of nesting when ${action}`,
		description: `n8n can't process data that is nested this deeply. You can still find it in ${name}.`,
	};
}

/** An answer that comes from a web site, not from the service's API. */
export function webPageResponse({ name, baseUrl }: ServiceName, action: string): ErrorDetails {
	return {
		message: `The 'API URL' in the credential returned a web page instead of a response from ${name} when ${action}`,
		description: `Check 'API URL' in the credential; it is usually ${baseUrl}.`,
	};
}

/** An answer that comes from another service than the one that was called. */
export function foreignResponse({ name, baseUrl }: ServiceName, action: string): ErrorDetails {
	return {
		message: `The 'API URL' in the credential returned a response that isn't one of ${name} when ${action}`,
		description: `Check 'API URL' in the credential; it is usually ${baseUrl}.`,
	};
}

/** A request that was not sent, as its body can't be turned into JSON. */
export function unserializableRequest(action: string): ErrorDetails {
	return {
		message: `The values can't be converted to JSON when ${action}`,
		description:
			'Check the values for objects that are nested very deeply or that contain themselves.',
	};
}
