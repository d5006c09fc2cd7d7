import type { Answer, Clock } from '../../../../nodes/runs';
import {
	type ApiContext,
	createRequest,
	type ErrorDetails,
	isObject,
	type JsonObject,
} from '../../../../nodes/shared/http';
import { withoutDeepFields } from './failure';
import { b3osHttp } from './http';
import { type B3osWorkflow, toWorkflow } from './workflow';

/** The most that one page of a list holds. */
export const MAX_PAGE_SIZE = 100;

/** What a run is started with. Everything but the ID is optional; simulate and dustTest exclude each other. */
export interface StartBody {
	/** `run_`, then letters, digits and underscores. A second start with the same ID is refused. */
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

type Reply<T> = Promise<Answer<T, ErrorDetails>>;

/**
 * The part of B3OS's API that deals with workflows and their runs, each function one request. None of them throws: see
 * `Answer` for what can come back. Every answer has an envelope, `{"code":200,"message":"…","requestId":"…","data":{…}}`,
 * which is removed here.
 *
 * Source: https://docs.b3os.org/api/reference
 */
export interface Endpoints {
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
	 * Lists runs, newest first: `{"data":{"items":[{…}],"limit":20,"offset":0,"hasMore":false}}`.
	 *
	 * Source: `GET /v1/workflows/{id}/runs` in https://docs.b3os.org/api/reference
	 */
	listRuns(workflowId: string, page: PageRequest, status?: string): Reply<Page>;
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

/** @throws what n8n throws when the credential is missing or can't be read */
export async function endpoints(context: ApiContext, clock?: Clock): Promise<Endpoints> {
	const sendRequest = await createRequest(context, b3osHttp, clock);

	// The envelope's `code` is 200 or 0 on success: only the HTTP status counts.
	const request: typeof sendRequest = async (call, parse) =>
		await sendRequest(call, (answer) => parse(isObject(answer) ? answer.data : undefined));

	const workflow = (id: string) => `/v1/workflows/${encodeURIComponent(id)}`;
	const run = (id: string) => `/v1/runs/${encodeURIComponent(id)}`;

	return {
		startRun: async (workflowId, body) =>
			await request(
				{
					method: 'POST',
					path: `${workflow(workflowId)}/run`,
					body: { ...body },
					action: `starting run ${body.runId} of workflow ${workflowId}`,
				},
				(data) => (isObject(data) && typeof data.runId === 'string' ? data.runId : undefined),
			),
		getRun: async (id, part = []) =>
			await request(
				{
					method: 'GET',
					path: run(id),
					query: queryOf(part),
					action: `reading run ${id}`,
				},
				(data) => (isObject(data) ? withoutDeepFields(data) : undefined),
			),
		listRuns: async (workflowId, page, status) =>
			await request(
				{
					method: 'GET',
					path: `${workflow(workflowId)}/runs`,
					query: { ...page, ...(status && { status }) },
					action: `listing the runs of workflow ${workflowId}`,
				},
				(data) => toPage(data),
			),
		listRecentFailures: async () =>
			await request(
				{
					method: 'GET',
					path: '/v1/metrics/recent-activity',
					query: { limit: MAX_PAGE_SIZE, status: 'failure' },
					action: 'listing recent activity',
				},
				(data) => (Array.isArray(data) ? data.filter(isObject) : toPage(data)?.items),
			),
		cancelRun: async (id) =>
			await request(
				{ method: 'POST', path: `${run(id)}/cancel`, action: `canceling run ${id}` },
				(data) => toObject(data) ?? {},
			),
		retryRun: async (id) =>
			await request(
				{ method: 'POST', path: `${run(id)}/retry`, action: `retrying run ${id}` },
				(data) =>
					isObject(data)
						? [data.runId, data.id].find((value): value is string => typeof value === 'string')
						: undefined,
			),
		listWorkflows: async (page, name) =>
			await request(
				{
					method: 'GET',
					path: '/v1/workflows',
					query: { ...page, ...(name && { q: name }) },
					action: 'listing the workflows',
				},
				(data) => toPage(data),
			),
		getWorkflow: async (id) =>
			await request(
				{ method: 'GET', path: workflow(id), action: `reading workflow ${id}` },
				(data) => (isObject(data) ? toWorkflow(data) : undefined),
			),
		getLiveVersion: async (id) =>
			await request(
				{
					method: 'GET',
					path: `${workflow(id)}/live`,
					action: `getting the live version of workflow ${id}`,
				},
				(data) =>
					isObject(data) && Number.isInteger(data.version) ? (data.version as number) : undefined,
			),
	};
}

function queryOf(part: 'summary' | readonly string[]): Record<string, string | boolean> {
	if (part === 'summary') return { summary: true };
	return part.length === 0 ? {} : { nodeIds: part.join(',') };
}

function toObject(data: unknown): JsonObject | undefined {
	return isObject(data) ? data : undefined;
}

function toPage(data: unknown): Page | undefined {
	if (!isObject(data) || !Array.isArray(data.items)) return undefined;
	const { items, hasMore } = data;
	return {
		items: items.filter(isObject),
		hasMore: typeof hasMore === 'boolean' ? hasMore : items.length > 0,
	};
}
