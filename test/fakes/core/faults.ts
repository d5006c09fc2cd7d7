import type { Answer, HttpAnswer } from './answers';
import { empty, html, json } from './answers';
import type { Random } from './random';

/**
 * What can go wrong with one call. "Before" leaves the service as it was, "after" means that the call did
 * its work and only its answer is bad or missing.
 */
export type FaultKind =
	| 'tooManyRequests' // 429 without Retry-After, nothing done
	| 'tooManyRequestsRetryAfter' // 429 with Retry-After (settings.retryAfter), nothing done
	| 'unauthorizedHtml' // 401 with an HTML body
	| 'forbiddenEmpty' // 403 with an empty body
	| 'serverErrorBefore' // 500 {} and nothing done
	| 'serverErrorAfter' // 500 {} although it was done
	| 'badGatewayBefore' // 502 HTML and nothing done
	| 'badGatewayAfter' // 502 HTML although it was done
	| 'truncatedAfter' // 200, done, but the JSON ends in the middle (with a matching Content-Length)
	| 'emptyAfter' // 200, done, with an empty body
	| 'htmlAfter' // 200, done, with an HTML page for a body
	| 'cutAfter' // 200, done, Content-Length promises more than comes, then the socket is destroyed
	| 'resetBefore' // the socket is destroyed before anything is done
	| 'resetAfter' // done, then the socket is destroyed without an answer
	| 'silentBefore' // nothing done, and no answer ever comes (until the server is closed)
	| 'silentAfter' // done, and no answer ever comes
	| 'dripping'; // done; the answer comes a byte at a time, one each settings.dripMs

/**
 * A fault and whom it hits. The first rule of settings.faults that applies to a call is the one used. A service adds
 * by what it tells starts apart.
 */
export interface FaultRule<TEndpoint extends string> {
	kind: FaultKind;
	/** Endpoints it hits; all when absent. */
	on?: TEndpoint[];
	/** Share of the calls, 0 to 1, drawn from the seeded generator. Default 1. */
	rate?: number;
	/** How many calls it hits at the most; then it is spent. Unlimited when absent. */
	times?: number;
	/** How many matching calls pass unharmed before it begins. Default 0. */
	skip?: number;
	/** Active only this long, in ms since the settings were last changed. */
	forMs?: number;
}

interface Counted<Rule> {
	rule: Rule;
	/** The rule as text: a rule that still reads the same keeps its counters. */
	text: string;
	/** Calls it matched. */
	seen: number;
	/** Calls it was used on. */
	used: number;
}

/** Rules in order with their counters, which outlive changes of settings that leave the rule alone. */
export class CountedRules<Rule> {
	private counted: Array<Counted<Rule>> = [];

	load(rules: Rule[]): void {
		this.counted = rules.map((rule, index) => {
			const text = JSON.stringify(rule);
			const before = this.counted[index];
			return before?.text === text ? { ...before, rule } : { rule, text, seen: 0, used: 0 };
		});
	}

	restart(): void {
		for (const entry of this.counted) entry.seen = entry.used = 0;
	}

	/** The first rule that applies, which thereby is used once more. */
	take(applies: (entry: Counted<Rule>) => boolean): Rule | undefined {
		const entry = this.counted.find(applies);
		if (entry) entry.used += 1;
		return entry?.rule;
	}
}

/** A call as far as rules look at it. */
export interface FaultyCall<TEndpoint> {
	endpoint: TEndpoint;
	/** What a run is started with, as JSON text; of starts only. */
	inputText?: string;
	/** ms since the settings were last changed. */
	sinceChange: number;
}

/**
 * The fault that hits this call, if any. Counts.
 *
 * @param textOf what the call's `inputText` must contain to be hit
 */
export function takeFault<TEndpoint extends string, TRule extends FaultRule<TEndpoint>>(
	rules: CountedRules<TRule>,
	call: FaultyCall<TEndpoint>,
	random: Random,
	textOf: (rule: TRule) => string | undefined,
): FaultKind | undefined {
	const rule = rules.take((entry) => {
		const { on, rate = 1, times = Infinity, skip = 0, forMs = Infinity } = entry.rule;
		const text = textOf(entry.rule);
		if (call.sinceChange >= forMs || (on && !on.includes(call.endpoint))) return false;
		if (text !== undefined && !call.inputText?.includes(text)) return false;
		entry.seen += 1;
		return entry.seen > skip && entry.used < times && (rate >= 1 || random() < rate);
	});
	return rule?.kind;
}

/** The first rule for runs whose text is in what the run is started with, and which is not spent. */
export function takeRunRule<TRule extends { times?: number }>(
	rules: CountedRules<TRule>,
	input: unknown,
	textOf: (rule: TRule) => string | undefined,
): TRule | undefined {
	const inputText = JSON.stringify(input);
	return rules.take(
		({ rule, used }) => used < (rule.times ?? Infinity) && inputText.includes(textOf(rule) ?? ''),
	);
}

/** What the call comes to under the fault. `perform` does the call's work; "before" faults never call it. */
export function underFault(
	kind: FaultKind | undefined,
	settings: { retryAfter: string },
	perform: () => HttpAnswer,
): Answer {
	switch (kind) {
		case undefined:
			return perform();
		case 'tooManyRequests':
			return empty(429);
		case 'tooManyRequestsRetryAfter':
			return empty(429, { 'retry-after': settings.retryAfter });
		case 'unauthorizedHtml':
			return html(401, '401 Authorization Required');
		case 'forbiddenEmpty':
			return empty(403);
		case 'serverErrorBefore':
			return json(500, {});
		case 'badGatewayBefore':
			return html(502, '502 Bad Gateway');
		case 'resetBefore':
			return { fault: 'reset' };
		case 'silentBefore':
			return { fault: 'silent' };
		default:
			return spoil(kind, perform());
	}
}

/** The kinds that `underFault` does not answer itself. */
type FaultAfter = Exclude<
	Extract<FaultKind, `${string}After` | 'dripping'>,
	'tooManyRequestsRetryAfter'
>;

/** The answer to a call that did its work. */
function spoil(kind: FaultAfter, answer: HttpAnswer): Answer {
	switch (kind) {
		case 'serverErrorAfter':
			return json(500, {});
		case 'badGatewayAfter':
			return html(502, '502 Bad Gateway');
		case 'truncatedAfter':
			return { ...answer, body: answer.body.slice(0, answer.body.length >> 1) };
		case 'emptyAfter':
			return { ...answer, body: '' };
		case 'htmlAfter':
			return html(200, 'Just a moment...');
		case 'cutAfter':
			return { ...answer, fault: 'cut' };
		case 'resetAfter':
			return { fault: 'reset' };
		case 'silentAfter':
			return { fault: 'silent' };
		case 'dripping':
			return { ...answer, fault: 'drip' };
		default:
			return kind satisfies never;
	}
}
