import type { RunService } from '../../../../nodes/runs';
import type { ErrorDetails } from '../../../../nodes/shared/http';
import type { Endpoints, StartBody } from './endpoints';
import { type B3osRun, runIdOf, toSnapshot } from './run';
import { mismatch, userKeys } from './sameRun';
import { startOrFind } from './startOrFind';

/** What a start needs beside its workflow and its key. */
export interface StartRequest {
	body: Omit<StartBody, 'runId'>;
}

/** B3OS as `nodes/runs` knows a service: a run's key is its ID. Source: https://docs.b3os.org */
export function runService(api: Endpoints): RunService<StartRequest, B3osRun, ErrorDetails> {
	return {
		startRun: async (workflowId, key, { body }) =>
			await startOrFind(api, workflowId, { ...body, runId: runIdOf(key) }),
		getRun: async (workflowId, id) => {
			const answer = await api.getRun(id, false);
			return answer.kind === 'ok'
				? { ...answer, value: { ...toSnapshot(answer.value, workflowId, true), id } }
				: answer;
		},
		getRunStatus: async (workflowId, id) => {
			const answer = await api.getRun(id, true);
			return answer.kind === 'ok'
				? { ...answer, value: { ...toSnapshot(answer.value, workflowId), id } }
				: answer;
		},
		listRuns: async (workflowId, page, size) => {
			if (workflowId === '') return { kind: 'rejected', error: NO_WORKFLOW };
			const answer = await api.listRuns(workflowId, { limit: size, offset: (page - 1) * size });
			return answer.kind === 'ok'
				? { ...answer, value: answer.value.items.map((raw) => toSnapshot(raw, workflowId)) }
				: answer;
		},
		userKeys,
		findRunByKey: async (workflowId, key, request) => {
			const id = runIdOf(key);
			// All of it: what it was started with is not in the summary.
			const answer = await api.getRun(id, false);
			if (answer.kind !== 'ok') return answer;
			const snapshot = { ...toSnapshot(answer.value, workflowId, true), id };
			// After a run that failed another attempt is made, whatever that one was asked for.
			const asked = snapshot.state === 'failed' ? undefined : request?.body;
			const error = mismatch(answer.value, id, workflowId, asked);
			return error ? { kind: 'rejected', error } : { ...answer, value: snapshot };
		},
	};
}

/** Runs can be read without their workflow, but not listed. */
const NO_WORKFLOW: ErrorDetails = {
	message: 'Runs are listed by workflow, and none was given',
	description: 'Choose the workflow.',
};
