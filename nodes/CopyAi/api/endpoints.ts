import type { Answer, Clock } from '../../runs';
import {
	type ApiContext,
	createRequest,
	type ErrorDetails,
	isObject,
	type JsonObject,
} from '../../shared/http';
import { copyAiHttp } from './http';
import { runId } from './run';

/** The most that one page of runs or webhooks holds. */
export const MAX_PAGE_SIZE = 100;

/** One page of a list. */
export interface Page {
	items: JsonObject[];
	/** Whether there can be more. `total` is not believed: it can disagree with what is served. */
	isLast: boolean;
}

/** Copy.ai's seven endpoints. Source: https://support.fullcast.com/apidocs */
export interface Endpoints {
	/** `start-a-workflow-run-2`. Answers the new run's id. */
	startRun(workflowId: string, startVariables: JsonObject, metadata: JsonObject): Reply<string>;
	/** `get-workflow-run-2` */
	getRun(workflowId: string, id: string): Reply<JsonObject>;
	/** `get-all-workflow-runs-2`. Newest first; `page` from 1. */
	listRuns(workflowId: string, page: number, size: number): Reply<Page>;
	/** `register-webhook-2`. Without workflow it gets the events of all. */
	createWebhook(url: string, eventType: string, workflowId?: string): Reply<JsonObject>;
	getWebhook(id: string): Reply<JsonObject>;
	/** `get-all-webhooks-2`. `page` from 1 here, although Copy.ai counts these from 0. */
	listWebhooks(page: number, size: number): Reply<Page>;
	deleteWebhook(id: string): Reply<unknown>;
}

type Reply<T> = Promise<Answer<T, ErrorDetails>>;

/** @throws what n8n throws when the credential is missing or can't be read */
export async function endpoints(context: ApiContext, clock?: Clock): Promise<Endpoints> {
	const request = await createRequest(context, copyAiHttp, clock);
	const runs = (workflowId: string) => `/workflow/${encodeURIComponent(workflowId)}/run`;
	const webhook = (id: string) => `/webhook/${encodeURIComponent(id)}`;

	return {
		startRun: async (workflowId, startVariables, metadata) =>
			await request(
				{
					method: 'POST',
					path: runs(workflowId),
					body: { startVariables, metadata },
					action: `the start of a run of workflow ${workflowId}`,
				},
				(answer) => runId(data(answer) ?? {}),
			),
		getRun: async (workflowId, id) =>
			await request(
				{
					method: 'GET',
					path: `${runs(workflowId)}/${encodeURIComponent(id)}`,
					action: `reading run ${id} of workflow ${workflowId}`,
				},
				data,
			),
		listRuns: async (workflowId, page, size) =>
			await request(
				{
					method: 'GET',
					path: runs(workflowId),
					query: { size, page },
					action: `listing the runs of workflow ${workflowId}`,
				},
				(answer) => toPage(data(answer), size),
			),
		createWebhook: async (url, eventType, workflowId) =>
			await request(
				{
					method: 'POST',
					path: '/webhook',
					body: { url, eventType, ...(workflowId && { workflowId }) },
					action: `registering a webhook for ${eventType}`,
				},
				data,
			),
		getWebhook: async (id) =>
			await request({ method: 'GET', path: webhook(id), action: `reading webhook ${id}` }, data),
		listWebhooks: async (page, size) =>
			await request(
				{
					method: 'GET',
					path: '/webhook',
					query: { size, page: page - 1 },
					action: 'listing the webhooks',
				},
				(answer) => toPage(isObject(answer) ? answer : undefined, size),
			),
		// 202 comes with `{}`; what it holds does not matter.
		deleteWebhook: async (id) =>
			await request(
				{ method: 'DELETE', path: webhook(id), action: `deleting webhook ${id}` },
				(answer) => answer,
			),
	};
}

/** `{status, data: {…}}` without its envelope. */
function data(answer: unknown): JsonObject | undefined {
	return isObject(answer) && isObject(answer.data) ? answer.data : undefined;
}

function toPage(list: JsonObject | undefined, size: number): Page | undefined {
	if (!Array.isArray(list?.data)) return undefined;
	return { items: list.data.filter(isObject), isLast: list.data.length < size };
}
