/** Where those wait that are served in order among themselves, and by turns with other lanes. */
export type Lane = object;

/** A queue with lanes that are served by turns, so that none waits for a longer one. */
export class FairQueue<T> {
	/** By lane, those that wait; the lane whose turn it is first. */
	private readonly lanes = new Map<Lane, T[]>();

	get isEmpty(): boolean {
		return this.lanes.size === 0;
	}

	add(lane: Lane, waiter: T): void {
		const waiters = this.lanes.get(lane);
		if (waiters) waiters.push(waiter);
		else this.lanes.set(lane, [waiter]);
	}

	/** Takes out whose turn it is; nothing if none waits. */
	next(): T | undefined {
		for (const [lane, waiters] of this.lanes) {
			const waiter = waiters.shift();
			this.lanes.delete(lane);
			if (waiters.length > 0) this.lanes.set(lane, waiters);
			return waiter;
		}
		return undefined;
	}

	remove(lane: Lane, waiter: T): void {
		const others = this.lanes.get(lane)?.filter((each) => each !== waiter) ?? [];
		if (others.length > 0) this.lanes.set(lane, others);
		else this.lanes.delete(lane);
	}
}
