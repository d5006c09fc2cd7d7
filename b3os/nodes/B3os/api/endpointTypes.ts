import type { Answer } from '../../../../nodes/runs';
import type { ErrorDetails, JsonObject } from '../../../../nodes/shared/http';
import type { B3osWorkflow } from './workflow';

/** What a run is started with. Everything but the ID is optional; simulate and dustTest exclude each other. */
export interface StartBody {
	/** `run_`, then letters, digits and underscores. The run can be found by it. */
	runId: string;
	payload?: JsonObject;
	/** Without it an open draft runs instead of the live version. */
	version?: number;
	simulate?: boolean;
	dustTest?: boolean;
	triggerNodeId?: string;
	chatMessageId?: string;
}

/** Part of a list. There is no total. */
export interface Page {
	items: JsonObject[];
	hasMore: boolean;
}

/** Which part of a list is wanted. */
export interface PageRequest {
	limit: number;
	offset: number;
}

export type Reply<T> = Promise<Answer<T, ErrorDetails>>;

/**
 * The part of B3OS's API that deals with workflows and their runs, each function one request. None of them throws: see
 * `Answer` for what can come back. Every answer has an envelope, `{"code":200,"message":"…","requestId":"…","data":{…}}`,
 * which is removed here.
 *
 * Source: https://docs.b3os.org/api/reference
 */
export interface Endpoints {
	/** A digest of the API URL and the key. */
	readonly account: string;
	/**
	 * Starts a run and returns its ID; it is queued, not finished: `{"data":{"runId":"run_1"}}`.
	 *
	 * Source: `POST /v1/workflows/{id}/run` in https://docs.b3os.org/api/reference
	 */
	startRun(workflowId: string, body: StartBody): Reply<string>;
	/**
	 * Gets a run as it came. See `B3osRun` for its fields.
	 *
	 * @param part `summary`: without `executionState` and `workflowDefinition`, which can be large; IDs of nodes: with
	 * the state of these alone, of all if there are none
	 *
	 * Source: `GET /v1/runs/{id}` in https://docs.b3os.org/api/reference
	 */
	getRun(id: string, part?: 'summary' | readonly string[]): Reply<JsonObject>;
	/**
	 * Lists runs; no order is promised: `{"data":{"items":[{…}],"limit":20,"offset":0,"hasMore":false}}`.
	 *
	 * Source: `GET /v1/workflows/{id}/runs` in https://docs.b3os.org/api/reference
	 */
	listRuns(workflowId: string, page: PageRequest, status?: string): Reply<Page>;
	/**
	 * Lists the runs of all workflows, in the form of `listRuns`; no order is promised.
	 *
	 * Source: `GET /v1/runs` in https://docs.b3os.org/api/reference
	 */
	listAllRuns(page: PageRequest): Reply<Page>;
	/**
	 * Lists runs of the whole organization that failed lately, each with a text on why:
	 * `[{"runId":"run_1","workflowId":"wf_1","status":"failure","error":"no gas",…}]`. Requires the permission stats:read.
	 *
	 * Source: `GET /v1/metrics/recent-activity` in https://docs.b3os.org/api/reference
	 */
	listRecentFailures(): Reply<JsonObject[]>;
	/**
	 * Cancels a run; 409 when it has already finished.
	 *
	 * Source: `POST /v1/runs/{id}/cancel` in https://docs.b3os.org/api/reference
	 */
	cancelRun(id: string): Reply<JsonObject>;
	/**
	 * Continues a failed or cancelled run where it failed, as a run of its own: `{"data":{"id":"run_2"}}`, or `runId`
	 * instead of `id`. Real effects; nothing keeps two calls from making two runs.
	 *
	 * Source: `POST /v1/runs/{id}/retry` in https://docs.b3os.org/api/reference
	 */
	retryRun(id: string): Reply<string>;
	/**
	 * Lists workflows, in the form of `listRuns`, without definitions.
	 *
	 * @param name part of the name
	 *
	 * Source: `GET /v1/workflows` in https://docs.b3os.org/api/reference
	 */
	listWorkflows(page: PageRequest, name?: string): Reply<Page>;
	/**
	 * Gets a workflow, without the trigger's secret that comes with it.
	 *
	 * Source: `GET /v1/workflows/{id}` in https://docs.b3os.org/api/reference
	 */
	getWorkflow(id: string): Reply<B3osWorkflow>;
	/**
	 * Gets the number of the live version: `{"data":{"version":3}}`.
	 *
	 * Source: `GET /v1/workflows/{id}/live` in https://docs.b3os.org/api/reference
	 */
	getLiveVersion(id: string): Reply<number>;
}
