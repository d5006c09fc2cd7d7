import type { RunService } from '../../runs';
import type { ErrorDetails, JsonObject } from '../../shared/http';
import type { Endpoints } from './endpoints';
import { type CopyAiRun, toSnapshot, withKey } from './run';
import { userKeys } from './userKeys';

/** What a start needs beside its workflow and its key. */
export interface StartRequest {
	variables: JsonObject;
	metadata: JsonObject;
}

/**
 * Copy.ai as `nodes/runs` knows a service. Source: https://support.fullcast.com/apidocs (`start-a-workflow-run-2`,
 * `get-workflow-run-2`, `get-all-workflow-runs-2`)
 */
export function runService(api: Endpoints): RunService<StartRequest, CopyAiRun, ErrorDetails> {
	return {
		account: api.account,
		userKeys,
		creditsOf: ({ credits }) => credits ?? undefined,
		startRun: async (workflowId, key, { variables, metadata }) =>
			await api.startRun(workflowId, variables, withKey(metadata, key)),
		getRun: async (workflowId, id) => {
			const answer = await api.getRun(workflowId, id);
			return answer.kind === 'ok'
				? { ...answer, value: { ...toSnapshot(answer.value, workflowId), id, isFull: true } }
				: answer;
		},
		listRuns: async (workflowId, page, size) => {
			const answer = await api.listRuns(workflowId, page, size);
			return answer.kind === 'ok'
				? { ...answer, value: answer.value.items.map((raw) => toSnapshot(raw, workflowId)) }
				: answer;
		},
	};
}
