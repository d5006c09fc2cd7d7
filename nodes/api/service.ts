import type { RunService } from '../runs';
import type { Fault, JsonObject } from '../shared/http';
import type { Endpoints } from './endpoints';
import { type CopyAiRun, toSeen, withKey } from './run';

/** What a start needs beside its workflow. */
export interface StartRequest {
	variables: JsonObject;
	metadata: JsonObject;
}

/** Copy.ai as the ground floor knows a service: runs are grouped by workflow. */
export function runService(api: Endpoints): RunService<StartRequest, CopyAiRun, Fault> {
	return {
		start: async (workflowId, key, { variables, metadata }) =>
			await api.startRun(workflowId, variables, withKey(metadata, key)),
		read: async (workflowId, id) => {
			const answer = await api.getRun(workflowId, id);
			return answer.kind === 'ok'
				? { ...answer, value: { ...toSeen(answer.value, workflowId), id, whole: true } }
				: answer;
		},
		page: async (workflowId, page, size) => {
			const answer = await api.listRuns(workflowId, page, size);
			return answer.kind === 'ok'
				? { ...answer, value: answer.value.items.map((raw) => toSeen(raw, workflowId)) }
				: answer;
		},
	};
}
