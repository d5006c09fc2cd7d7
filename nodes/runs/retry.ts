import type { RequestLimiter } from './requestLimiter';
import { retryDelay } from './delays';
import type { Answer, Clock } from './types';

const MAX_ATTEMPTS = 8;
const MAX_RETRY_DELAY_MS = 60_000;

/**
 * Makes a call that is safe to repeat; up to `maxAttempts` times while the answers are retryable or indeterminate, with
 * a backoff in between. A denial is retried for some seconds too. A service that asks for more than a minute is not
 * waited for.
 *
 * @returns the last answer
 */
export async function retry<T, TError>(
	call: () => Promise<Answer<T, TError>>,
	limiter: RequestLimiter<TError>,
	clock: Clock,
	maxAttempts = MAX_ATTEMPTS,
): Promise<Answer<T, TError>> {
	const route = limiter.newRoute();
	for (let attempt = 1; ; attempt++) {
		const answer = await limiter.run(call, route);
		if (answer.kind !== 'retryable' && answer.kind !== 'indeterminate') return answer;
		const delayMs = retryDelay(answer, attempt, clock);
		if (attempt >= maxAttempts || delayMs > MAX_RETRY_DELAY_MS) return answer;
		await limiter.sleep(delayMs, clock);
	}
}
