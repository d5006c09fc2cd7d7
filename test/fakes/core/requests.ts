import type { Answer } from './answers';
import type { FaultKind } from './faults';

/** A request as a service sees it. `targetOf` makes path and query from a URL. */
export interface ServiceRequest {
	method: string;
	/** With its leading slash, still percent-encoded: `/api/workflow/WCFG-1/run`. */
	path: string;
	query?: Record<string, string>;
	/** Names in any case. */
	headers?: Record<string, string | string[] | undefined>;
	/** JSON text; anything but a text stands for itself. */
	body?: unknown;
}

/** One line of the log. */
export interface LoggedRequest<TEndpoint extends string> {
	/** Absent for a route that the API does not have. */
	endpoint?: TEndpoint;
	method: string;
	path: string;
	query: Record<string, string>;
	/** When it came in, ms. */
	at: number;
	/** Absent when no answer went out. */
	status?: number;
	fault?: FaultKind;
	/** Only the newest requests have it still. */
	body?: unknown;
}

export type Counts<TEndpoint extends string> = Record<TEndpoint | 'unknown' | 'total', number>;

/** A method, what the path looks like (its groups are ids), and the endpoint that is meant. */
export type Route<TEndpoint> = [method: string, path: RegExp, endpoint: TEndpoint];

const KEPT_BODIES = 1000;

/** What came in, and how often each endpoint was called. */
export class RequestLog<TEndpoint extends string> {
	readonly requests: Array<LoggedRequest<TEndpoint>> = [];
	readonly counts: Counts<TEndpoint>;

	constructor(routes: Array<Route<TEndpoint>>) {
		const names = [...routes.map(([, , endpoint]) => endpoint), 'unknown', 'total'];
		this.counts = Object.fromEntries(names.map((name) => [name, 0])) as Counts<TEndpoint>;
	}

	add(request: Omit<LoggedRequest<TEndpoint>, 'status'>, answer: Answer): void {
		const counts: Record<string, number> = this.counts;
		counts.total += 1;
		counts[request.endpoint ?? 'unknown'] += 1;
		const { requests } = this;
		requests.push({ ...request, status: 'status' in answer ? answer.status : undefined });
		delete requests[requests.length - 1 - KEPT_BODIES]?.body;
	}
}

/** The endpoint that a request is for, and the decoded ids in its path. */
export function matchRoute<TEndpoint>(
	routes: Array<Route<TEndpoint>>,
	method: string,
	path: string,
): { endpoint?: TEndpoint; ids: string[] } {
	for (const [routeMethod, pattern, endpoint] of routes) {
		const found = routeMethod === method && pattern.exec(path);
		if (found) {
			try {
				return { endpoint, ids: found.slice(1).map(decodeURIComponent) };
			} catch {
				break; // a percent sign that encodes nothing
			}
		}
	}
	return { ids: [] };
}

/** The value of a JSON body; undefined without one. */
export function readBody(body: unknown): { body: unknown; brokenBody: boolean } {
	if (typeof body !== 'string') return { body, brokenBody: false };
	if (body === '') return { body: undefined, brokenBody: false };
	try {
		const value: unknown = JSON.parse(body);
		return { body: value, brokenBody: false };
	} catch {
		return { body: undefined, brokenBody: true };
	}
}

/** Path and query of a URL or of a request's target, as a service takes them. */
export function targetOf(url: string): { path: string; query: Record<string, string> } {
	const { pathname, searchParams } = new URL(url, 'http://fake');
	return { path: pathname, query: Object.fromEntries(searchParams) };
}

export function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
