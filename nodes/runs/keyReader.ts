import type { Attempt } from './attempts';
import { callWithin } from './retryBudget';
import type { SearchDeps } from './runSearch';
import type { Answer, RunSnapshot, StartKey } from './types';

/** Reads of single runs what a list leaves out: their keys, and their states. */
export class KeyReader<TRequest, TRun, TError> {
	/** Keys that only reading a run has shown, by workflow and id; nothing for runs that have none. */
	private readonly keysRead = new Map<string, StartKey | undefined>();

	constructor(private readonly deps: SearchDeps<TRequest, TRun, TError>) {}

	/** Some lists do not show keys: then each run that is not known here is read for it, once. */
	async withKey(
		workflowId: string,
		listed: RunSnapshot<TRun>,
	): Promise<Exclude<Answer<RunSnapshot<TRun>, TError>, { kind: 'notFound' }>> {
		const { id } = listed;
		if (!listed.keyOmitted) return { kind: 'ok', value: listed };
		const record = this.deps.records.find(
			(known) => known.workflowId === workflowId && known.runId === id,
		);
		if (record) {
			const { base, attempt } = record;
			return { kind: 'ok', value: { ...listed, key: { base, attempt } } };
		}
		const name = JSON.stringify([workflowId, id]);
		if (!this.keysRead.has(name)) {
			const answer = await this.read(workflowId, id);
			// Just made, and not there to be read yet: the next search reads it again.
			if (answer.kind === 'notFound') return { kind: 'ok', value: listed };
			if (answer.kind !== 'ok') return answer;
			this.keysRead.set(name, answer.value.key);
		}
		return { kind: 'ok', value: { ...listed, key: this.keysRead.get(name) } };
	}

	/** Some lists do not show states; whether a run failed decides what is done. */
	async withState(workflowId: string, listed: Attempt<TRun>): Promise<Attempt<TRun>> {
		const { id, key, state } = listed;
		if (state !== 'unknown') return listed;
		const answer = await this.read(workflowId, id);
		return answer.kind === 'ok' ? { ...answer.value, key } : listed;
	}

	private async read(workflowId: string, id: string) {
		const { service, clock } = this.deps;
		return await callWithin(this.deps, clock.monotonicNow(), () => service.getRun(workflowId, id));
	}
}
