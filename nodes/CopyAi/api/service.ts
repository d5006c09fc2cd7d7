import type { RunService } from '../../runs';
import type { ErrorDetails, JsonObject } from '../../shared/http';
import type { Endpoints } from './endpoints';
import { type CopyAiRun, toSnapshot, withKey } from './run';

/** What a start needs beside its workflow. */
export interface StartRequest {
	variables: JsonObject;
	metadata: JsonObject;
}

/** Copy.ai as the ground floor knows a service: runs are grouped by workflow. */
export function runService(api: Endpoints): RunService<StartRequest, CopyAiRun, ErrorDetails> {
	return {
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
