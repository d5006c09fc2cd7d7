import type { Answer, RunService, RunSnapshot } from '../../../../nodes/runs';
import type { ErrorDetails, JsonObject } from '../../../../nodes/shared/http';
import type { Endpoints, StartBody } from './endpoints';
import { endOf, isUnexplained } from './failure';
import { recentErrors } from './recentErrors';
import { type B3osRun, runIdOf, toSnapshot } from './run';
import { mismatch, userKeys } from './sameRun';
import { StartLog } from './startLog';
import { startOrFind } from './startOrFind';
import { WantedRuns } from './wantedRuns';

/** What a start needs beside its workflow and its key. */
export interface StartRequest {
	body: Omit<StartBody, 'runId'>;
	/** The user's own run ID, which others may use at the same moment. */
	startKey?: string;
}

type Service = RunService<StartRequest, B3osRun, ErrorDetails>;

/**
 * B3OS as `nodes/runs` knows a service: a run's key is its ID. Source: https://docs.b3os.org
 *
 * @param wanted what is read of each run at its end
 * @param starts gets the runs that are started
 */
export function runService(
	api: Endpoints,
	wanted = new WantedRuns(),
	starts = new StartLog(),
): Service {
	const errorOf = recentErrors(api);
	const snapshotOf = (raw: JsonObject, workflowId: string, id: string, isFull = false) => {
		const snapshot = { ...toSnapshot(raw, workflowId, isFull), id };
		if (endOf(snapshot.run.status)) starts.end(id);
		const isWaiting = snapshot.run.status === 'waiting' && wanted.returnsWaiting(id);
		return isWaiting ? { ...snapshot, state: 'completed' as const } : snapshot;
	};

	/** One run in full, or what is wanted of it; all of it when what matters may be in any node: what failed, or waits. */
	const readRun = async (id: string): Promise<Answer<JsonObject, ErrorDetails>> => {
		const nodeIds = wanted.nodeIds(id);
		const answer = await api.getRun(id, nodeIds);
		const hasAll = nodeIds.length === 0 || answer.kind !== 'ok' || !concernsAny(answer.value);
		return hasAll ? answer : await api.getRun(id);
	};

	/** With the reason from the recent activity if nothing in the run says why it failed. */
	const explained = async (
		raw: JsonObject,
		workflowId: string,
		id: string,
	): Promise<RunSnapshot<B3osRun>> => {
		const snapshot = snapshotOf(raw, workflowId, id, true);
		const { status, failure } = snapshot.run;
		if (status !== 'failure' || !failure || !isUnexplained(failure)) return snapshot;
		const error = await errorOf(id);
		return error === undefined ? snapshot : snapshotOf({ ...raw, error }, workflowId, id, true);
	};

	return {
		account: api.account,
		startRun: async (workflowId, key, { body, startKey }) => {
			const runId = runIdOf(key);
			starts.send(runId, startKey === undefined);
			return await startOrFind(api, workflowId, { ...body, runId }, starts);
		},
		getRun: async (workflowId, id) => {
			const answer = await readRun(id);
			return answer.kind === 'ok'
				? { ...answer, value: await explained(answer.value, workflowId, id) }
				: answer;
		},
		getRunStatus: async (workflowId, id) => {
			const answer = await api.getRun(id, 'summary');
			return answer.kind === 'ok'
				? { ...answer, value: snapshotOf(answer.value, workflowId, id) }
				: answer;
		},
		listRuns: async (workflowId, page, size) => {
			if (workflowId === '') return { kind: 'rejected', error: NO_WORKFLOW };
			const answer = await api.listRuns(workflowId, { limit: size, offset: (page - 1) * size });
			return answer.kind === 'ok'
				? {
						...answer,
						value: answer.value.items.map((raw) => snapshotOf(raw, workflowId, String(raw.id))),
					}
				: answer;
		},
		userKeys,
		findRunByKey: async (workflowId, key, request) => {
			const id = runIdOf(key);
			// All of it: what it was started with is not in the summary.
			const answer = await api.getRun(id);
			if (answer.kind !== 'ok') return answer;
			const snapshot = snapshotOf(answer.value, workflowId, id, true);
			// After a run that failed another attempt is made, whatever that one was asked for.
			const asked = snapshot.state === 'failed' ? undefined : request?.body;
			const error = mismatch(answer.value, id, workflowId, asked);
			return error ? { kind: 'rejected', error } : { ...answer, value: snapshot };
		},
	};
}

function concernsAny({ status }: JsonObject): boolean {
	const name = String(status).trim().toLowerCase();
	return name === 'partial' || name === 'waiting' || endOf(name) === 'failed';
}

/** Runs can be read without their workflow, but not listed. */
const NO_WORKFLOW: ErrorDetails = {
	message: 'Runs are listed by workflow, and none was given',
	description: 'Choose the workflow.',
};
