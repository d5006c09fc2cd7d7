import type { Answer, HttpAnswer } from './answers';
import { empty, html, json } from './answers';
import type { Random } from './random';
import type { Endpoint, FakeSettings, FaultKind, FaultRule } from './settings';

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
export interface FaultyCall {
	endpoint: Endpoint;
	/** startVariables as JSON text; of starts only. */
	inputText?: string;
	/** ms since the settings were last changed. */
	sinceChange: number;
}

/** The fault that hits this call, if any. Counts. */
export function takeFault(
	rules: CountedRules<FaultRule>,
	call: FaultyCall,
	random: Random,
): FaultKind | undefined {
	const rule = rules.take((entry) => {
		const {
			on,
			rate = 1,
			times = Infinity,
			skip = 0,
			inputContains,
			forMs = Infinity,
		} = entry.rule;
		if (call.sinceChange >= forMs || (on && !on.includes(call.endpoint))) return false;
		if (inputContains !== undefined && !call.inputText?.includes(inputContains)) return false;
		entry.seen += 1;
		return entry.seen > skip && entry.used < times && (rate >= 1 || random() < rate);
	});
	return rule?.kind;
}

/** What the call comes to under the fault. `perform` does the call's work; "before" faults never call it. */
export function underFault(
	kind: FaultKind | undefined,
	settings: FakeSettings,
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
