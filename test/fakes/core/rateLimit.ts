/** How many calls a service takes. */
export interface RateLimit {
	perSecond: number;
	/** Calls that are saved up at most; so many are taken at once at first. */
	burst: number;
}

/** A token bucket: full at first, calls flow in at the rate. */
export class TokenBucket {
	private tokens: number;
	private at?: number;

	constructor(readonly limit: RateLimit) {
		this.tokens = limit.burst;
	}

	/** Whether a call is taken now, ms. */
	take(now: number): boolean {
		const { burst, perSecond } = this.limit;
		const sinceMs = now - (this.at ?? now);
		this.tokens = Math.min(burst, this.tokens + (sinceMs * perSecond) / 1000);
		this.at = now;
		const isTaken = this.tokens >= 1;
		if (isTaken) this.tokens--;
		return isTaken;
	}
}
