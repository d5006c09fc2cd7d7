/** What goes out over HTTP; a header's name is in lower case. */
export interface HttpAnswer {
	status: number;
	headers: Record<string, string>;
	body: string;
}

/** The socket dies, or nothing ever comes. */
export interface NoAnswer {
	fault: 'reset' | 'silent';
}

/** `cut`: the socket dies in the middle of the body. `drip`: a byte at a time, each settings.dripMs. */
export interface MaimedAnswer extends HttpAnswer {
	fault: 'cut' | 'drip';
}

/** Everything a call can come to. Whole answers have no `fault`. */
export type Answer = (HttpAnswer & { fault?: undefined }) | NoAnswer | MaimedAnswer;

export function json(status: number, body: unknown): HttpAnswer {
	return {
		status,
		headers: { 'content-type': 'application/json; charset=utf-8' },
		body: JSON.stringify(body),
	};
}

/** What a gateway in front of the service says. */
export function html(status: number, title: string): HttpAnswer {
	return {
		status,
		headers: { 'content-type': 'text/html' },
		body: `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`,
	};
}

export function empty(status: number, headers: Record<string, string> = {}): HttpAnswer {
	return { status, headers, body: '' };
}
