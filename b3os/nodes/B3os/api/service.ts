import type { RunService } from '../../../../nodes/runs';
import type { ErrorDetails } from '../../../../nodes/shared/http';
import type { Endpoints, StartBody } from './endpoints';
import { type B3osRun, runIdOf, toSnapshot } from './run';
import { differenceTo, differentRunError, userKeys } from './sameRun';

/** What a start needs beside its workflow and its key. */
export interface StartRequest {
	body: Omit<StartBody, 'runId'>;
}

/** B3OS as `nodes/runs` knows a service: a run's key is its ID. Source: https://docs.b3os.org */
export function runService(api: Endpoints): RunService<StartRequest, B3osRun, ErrorDetails> {
	return {
		startIsIdempotent: true,
		startRun: async (workflowId, key, { body }) =>
			await api.startRun(workflowId, { ...body, runId: runIdOf(key) }),
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
			const owner = snapshot.run.workflowId;
			if (owner !== workflowId) {
				return { kind: 'rejected', error: otherWorkflowError(id, workflowId, owner) };
			}
			const difference = request && differenceTo(answer.value, request.body);
			// After a run that failed another attempt is made, whatever that one was asked for.
			return difference && snapshot.state !== 'failed'
				? { kind: 'rejected', error: differentRunError(id, difference) }
				: { ...answer, value: snapshot };
		},
	};
}

/** Runs can be read without their workflow, but not listed. */
const NO_WORKFLOW: ErrorDetails = {
	message: 'Runs are listed by workflow, and none was given',
	description: 'Choose the workflow.',
};

function otherWorkflowError(id: string, workflowId: string, owner: string): ErrorDetails {
	return {
		message: `Run ${id} can't be a run of workflow ${workflowId}: there is one of workflow ${owner} with this ID`,
		description: 'Run IDs are unique for all workflows: put something of the workflow into yours.',
	};
}
