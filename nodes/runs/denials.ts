import { type CallTimes, Streak } from './streak';
import type { Answer } from './types';

/** What a call is about: a denial says something about this first, and about more only if more is denied. */
export interface Route {
	kind: 'start' | 'list' | 'read' | 'status' | 'other';
	/** Empty if it is not known. */
	workflowId: string;
	/** Of the run, the page or the start; unlike for everything else of the same kind and workflow. */
	id: string;
}

/** How often it must be denied while nothing has ever been answered well: then the credential hardly works. */
const MIN_ANSWERS_AT_FIRST = 3;
/** The same of a list, or the call for a state alone: reading runs one by one may still work. */
const MIN_ANSWERS_OF_OPTIONAL = 3;
/** The same of one run: it was paid for. */
const MIN_ANSWERS_OF_RUN = 6;
/** From how many different routes denials must come before others like them count as denied. */
const MIN_ROUTES = 2;

/** What was denied together, without a good answer in between. */
interface Scope {
	streak: Streak;
	routes: Set<string>;
}

/**
 * Decides when a denial (401, 403) is final. One among good answers is not: it is passed on as retryable, as a call
 * that was denied was surely not processed. It is final once it came again and again for some seconds, without a good
 * answer or a silence in between (see Streak):
 *
 *     denied again                                   from then on
 *     one route (a run, a page, a start)             that route is closed
 *     several routes of one kind and workflow        the first denial of others like them is final; starts are closed
 *     several routes of several kinds                the credential is not valid: all that was denied is closed
 *
 * What is closed is answered without a call. So a revoked credential ends everything within seconds, while a forbidden
 * list leaves reads alone. Any answer that needs a valid credential counts as good: `ok`, `notFound`, `rejected`,
 * `alreadyExists`.
 */
export class Denials<TError> {
	private readonly routes = new Map<string, Streak>();
	/** By kind and workflow. */
	private readonly scopes = new Map<string, Scope>();
	/** Of the credential: everything that was denied since the last good answer. */
	private all?: Scope & { scopes: Set<string>; kinds: Set<string> };
	/** Whether anything was ever answered well. */
	private hasWorked = false;
	private lastDenial?: { at: number; error: TError };

	/** When the last call was denied, monotonic ms; nothing if a good answer came since. */
	get deniedAt(): number | undefined {
		return this.all && this.lastDenial?.at;
	}

	/** @returns the answer to a call that need not be made, as it would be denied; else nothing */
	closed(route: Route): Extract<Answer<never, TError>, { kind: 'unauthorized' }> | undefined {
		if (!this.lastDenial) return undefined;
		const isScopeClosed =
			route.kind === 'start' ? this.isScopeDenied(route) : this.isAllDenied(route);
		const isClosed = this.isRouteClosed(route) || isScopeClosed;
		return isClosed ? { kind: 'unauthorized', error: this.lastDenial.error } : undefined;
	}

	/**
	 * Takes note of an answer.
	 *
	 * @param call when the call was made
	 * @param now when it was answered, monotonic ms
	 * @returns the answer as the caller gets it: a denial that is not final yet as `retryable`
	 */
	apply<T>(
		route: Route,
		answer: Answer<T, TError>,
		call: CallTimes,
		now: number,
	): Answer<T, TError> {
		if (answer.kind === 'unauthorized') return this.applyDenial(route, answer.error, call, now);
		const isGood = !['retryable', 'indeterminate', 'aborted'].includes(answer.kind);
		if (isGood) this.noteGoodAnswer(route);
		return answer;
	}

	private noteGoodAnswer(route: Route): void {
		if (!this.hasWorked) {
			this.hasWorked = true;
			// From now on it takes more.
			this.routes.clear();
			this.scopes.clear();
		}
		this.routes.delete(routeName(route));
		this.scopes.delete(scopeName(route));
		this.all = undefined;
	}

	private applyDenial(
		route: Route,
		error: TError,
		call: CallTimes,
		now: number,
	): Answer<never, TError> {
		const name = routeName(route);
		const streak = this.routes.get(name) ?? this.newStreak(route);
		const scope = this.scopes.get(scopeName(route)) ?? newScope(this.newStreak(route));
		this.all ??= { ...newScope(this.newStreak()), scopes: new Set(), kinds: new Set() };
		this.routes.set(name, streak);
		this.scopes.set(scopeName(route), scope);
		this.all.scopes.add(scopeName(route));
		this.all.kinds.add(route.kind);
		streak.add(now, call);
		for (const { streak: shared, routes } of [scope, this.all]) {
			shared.add(now, call);
			routes.add(name);
		}
		this.lastDenial = { at: now, error };
		const isFinal = this.isRouteClosed(route) || this.isScopeDenied(route);
		if (isFinal) return { kind: 'unauthorized', error };
		return { kind: 'retryable', error, retryAfterMs: streak.retryDelayMs, isDenial: true };
	}

	private newStreak(route?: Route): Streak {
		if (!this.hasWorked) return new Streak(MIN_ANSWERS_AT_FIRST);
		if (route?.kind === 'list' || route?.kind === 'status') {
			return new Streak(MIN_ANSWERS_OF_OPTIONAL);
		}
		return new Streak(route?.kind === 'read' ? MIN_ANSWERS_OF_RUN : undefined);
	}

	private isRouteClosed(route: Route): boolean {
		return this.routes.get(routeName(route))?.isConclusive ?? false;
	}

	/** Whether others like it were denied, so that one denial is enough; of reads, beside calls of another kind. */
	private isScopeDenied(route: Route): boolean {
		const { all } = this;
		const name = scopeName(route);
		if (isConclusive(this.scopes.get(name))) return true;
		const isEnough = route.kind !== 'read' || (all?.kinds.size ?? 0) > 1;
		return isEnough && isConclusive(all) && (all?.scopes.has(name) ?? false);
	}

	/** Whether calls of several kinds were denied, and those like this among them. */
	private isAllDenied(route: Route): boolean {
		const { all } = this;
		if (!all || !isConclusive(all)) return false;
		return all.kinds.size > 1 && all.scopes.has(scopeName(route)) && route.workflowId !== '';
	}
}

function newScope(streak: Streak): Scope {
	return { streak, routes: new Set() };
}

function isConclusive(scope: Scope | undefined): boolean {
	return scope !== undefined && scope.streak.isConclusive && scope.routes.size >= MIN_ROUTES;
}

function scopeName({ kind, workflowId }: Route): string {
	return JSON.stringify([kind, workflowId]);
}

function routeName({ kind, workflowId, id }: Route): string {
	return JSON.stringify([kind, workflowId, id]);
}
