/** What a node wants of one of the runs it waits for. */
export interface Wanted {
	/** The nodes whose output is returned; empty: all. */
	nodeIds: readonly string[];
	/** Whether it is returned as soon as it waits for an approval or an event. */
	returnsWaiting: boolean;
}

/** What is wanted of runs, by their IDs; everything of a run that isn't in it. */
export class WantedRuns {
	private readonly byId = new Map<string, Wanted>();

	/** Items that share a run get all that one of them wants, and wait if one of them does. */
	add(id: string, { nodeIds, returnsWaiting }: Wanted): void {
		const other = this.byId.get(id);
		const isAll = nodeIds.length === 0 || other?.nodeIds.length === 0;
		this.byId.set(id, {
			nodeIds: isAll ? [] : [...new Set([...(other?.nodeIds ?? []), ...nodeIds])],
			returnsWaiting: returnsWaiting && (other?.returnsWaiting ?? true),
		});
	}

	nodeIds(id: string): readonly string[] {
		return this.byId.get(id)?.nodeIds ?? [];
	}

	returnsWaiting(id: string): boolean {
		return this.byId.get(id)?.returnsWaiting ?? false;
	}
}
