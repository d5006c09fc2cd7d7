import type { Answer, Clock } from '../../../../nodes/runs';
import {
	type ApiContext,
	createRequest,
	type ErrorDetails,
	isObject,
	type JsonObject,
} from '../../../../nodes/shared/http';
import { b3osHttp } from './http';
import { type B3osWorkflow, toWorkflow } from './workflow';

/** The most that one page of a list holds. */
export const MAX_PAGE_SIZE = 100;

/** What a run is started with. All but the ID is optional; simulate and dustTest exclude each other. */
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

/** The part of B3OS's API that deals with workflows and their runs. Source: https://docs.b3os.org */
export interface Endpoints {
	/** `POST /v1/workflows/{id}/run`. Answers the new run's ID: it is queued, not finished. */
	startRun(workflowId: string, body: StartBody): Reply<string>;
	/** `GET /v1/runs/{id}`. @param summary without `executionState` and `workflowDefinition`, which can be large */
	getRun(id: string, summary: boolean): Reply<JsonObject>;
	/** `GET /v1/workflows/{id}/runs`. Newest first. */
	listRuns(workflowId: string, page: PageRequest, status?: string): Reply<Page>;
	/** `POST /v1/runs/{id}/cancel`. Refused with 409 when the run is over. */
	cancelRun(id: string): Reply<JsonObject>;
	/** `GET /v1/workflows`. @param name part of it */
	listWorkflows(page: PageRequest, name?: string): Reply<Page>;
	/** `GET /v1/workflows/{id}`, without the trigger's secret that comes with it. */
	getWorkflow(id: string): Reply<B3osWorkflow>;
	/** `GET /v1/workflows/{id}/live`. Answers its version. */
	getLiveVersion(id: string): Reply<number>;
}

/** @throws what n8n throws when the credential is missing or can't be read */
export async function endpoints(context: ApiContext, clock?: Clock): Promise<Endpoints> {
	const sendRequest = await createRequest(context, b3osHttp, clock);

	/** The envelope's `code` is 200 or 0 when all is well: only the HTTP status tells. */
	const request: typeof sendRequest = async (call, take) =>
		await sendRequest(call, (answer) => take(isObject(answer) ? answer.data : undefined));

	const workflow = (id: string) => `/v1/workflows/${encodeURIComponent(id)}`;
	const run = (id: string) => `/v1/runs/${encodeURIComponent(id)}`;

	return {
		startRun: async (workflowId, body) =>
			await request(
				{
					method: 'POST',
					path: `${workflow(workflowId)}/run`,
					body: { ...body },
					action: `the start of run ${body.runId} of workflow ${workflowId}`,
				},
				(data) => (isObject(data) && typeof data.runId === 'string' ? data.runId : undefined),
			),
		getRun: async (id, summary) =>
			await request(
				{
					method: 'GET',
					path: run(id),
					query: summary ? { summary } : undefined,
					action: `reading run ${id}`,
				},
				toObject,
			),
		listRuns: async (workflowId, page, status) =>
			await request(
				{
					method: 'GET',
					path: `${workflow(workflowId)}/runs`,
					query: { ...page, ...(status && { status }) },
					action: `listing the runs of workflow ${workflowId}`,
				},
				(data) => toPage(data, page),
			),
		cancelRun: async (id) =>
			await request(
				{ method: 'POST', path: `${run(id)}/cancel`, action: `cancelling run ${id}` },
				(data) => toObject(data) ?? {},
			),
		listWorkflows: async (page, name) =>
			await request(
				{
					method: 'GET',
					path: '/v1/workflows',
					query: { ...page, ...(name && { q: name }) },
					action: 'listing the workflows',
				},
				(data) => toPage(data, page),
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
					action: `looking up the live version of workflow ${id}`,
				},
				(data) =>
					isObject(data) && Number.isInteger(data.version) ? (data.version as number) : undefined,
			),
	};
}

function toObject(data: unknown): JsonObject | undefined {
	return isObject(data) ? data : undefined;
}

function toPage(data: unknown, { limit }: PageRequest): Page | undefined {
	if (!isObject(data) || !Array.isArray(data.items)) return undefined;
	const { items, hasMore } = data;
	return {
		items: items.filter(isObject),
		hasMore: typeof hasMore === 'boolean' ? hasMore : items.length >= limit,
	};
}
