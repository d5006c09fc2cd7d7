import type { Answer } from '../../../../nodes/runs';

/** A run that was started here, or may have been. */
interface Start {
	/** Whether it is this node's own for sure: nobody else uses its ID, or B3OS has confirmed the start. */
	isOwn: boolean;
	/** Whether an answer to the start was lost. */
	mayExist: boolean;
}

/** The runs that one node has started and that haven't finished yet, as far as it knows. */
export class StartLog {
	private readonly starts = new Map<string, Start>();

	/** @param confirmed IDs that earlier tries of this execution have started; gets those that are confirmed here */
	constructor(private readonly confirmed: string[] = []) {
		confirmed.forEach((id) => this.starts.set(id, { isOwn: true, mayExist: true }));
	}

	/** Before a start is sent. @param isOwnId whether its ID was made here, for this run alone */
	send(id: string, isOwnId: boolean): void {
		const known = this.starts.get(id);
		this.starts.set(id, { mayExist: false, ...known, isOwn: isOwnId || known?.isOwn === true });
	}

	/** After a start was answered. A refused one has made no run, unless an earlier answer was lost. */
	note(id: string, answer: Answer<string, unknown>): void {
		const start = this.starts.get(id);
		if (answer.kind === 'ok') {
			if (answer.value !== id) this.starts.delete(id);
			this.confirm(answer.value);
		} else if (start && (answer.kind === 'indeterminate' || answer.kind === 'aborted')) {
			start.mayExist = true;
		} else if (!start?.mayExist) {
			this.starts.delete(id);
		}
	}

	/** When it is sure that a run was started here. */
	confirm(id: string): void {
		this.starts.set(id, { isOwn: true, mayExist: true });
		if (!this.confirmed.includes(id)) this.confirmed.push(id);
	}

	/** When a run was seen to have finished. */
	end(id: string): void {
		this.starts.delete(id);
		const index = this.confirmed.indexOf(id);
		if (index >= 0) this.confirmed.splice(index, 1);
	}

	/** Those that may be running, by whether they are surely of this node. */
	open(): { own: string[]; unsure: string[] } {
		const idsOf = (wanted: boolean) =>
			[...this.starts].filter(([, { isOwn }]) => isOwn === wanted).map(([id]) => id);
		return { own: idsOf(true), unsure: idsOf(false) };
	}
}
