import type { Calls } from './calls';
import { backoff } from './pace';
import type { Answer, Clock } from './types';

const TRIES = 8;
const LONGEST_PAUSE_MS = 60_000;

/** Makes a call that is harmless to repeat, and makes it again for a while when it meets passing faults. */
export async function insist<T, F>(
	call: () => Promise<Answer<T, F>>,
	calls: Calls<F>,
	clock: Clock,
	most = TRIES,
): Promise<Answer<T, F>> {
	for (let tries = 1; ; tries++) {
		const answer = await calls.run(call);
		if (answer.kind !== 'later' && answer.kind !== 'lost') return answer;
		const pause = backoff(tries, clock, answer.waitMs);
		if (tries >= most || pause > LONGEST_PAUSE_MS) return answer;
		await calls.pause(pause, clock);
	}
}
