import type { Clock } from '../../runs';

/** From this length on, a response is processed in a turn of its own, UTF-16 units. */
const LARGE_LENGTH = 16 * 1024;

/**
 * Twenty pages that come in together would keep the process from all other work while they are parsed and read. So each
 * large response gets a turn of the event loop of its own.
 */
export class Turns {
	private last: Promise<void> = Promise.resolve();

	constructor(private readonly clock: Clock) {}

	/** Waits for the turn of a response, unless it is a short one. */
	async take(text: string): Promise<void> {
		if (text.length < LARGE_LENGTH) return;
		this.last = this.last.then(async () => await this.clock.sleep(0));
		await this.last;
	}
}
