import type { Answer, Clock } from '../../runs';
import {
	type ApiContext,
	createRequest,
	type ErrorDetails,
	isObject,
	type JsonObject,
	type RequestLog,
	withoutDeepNesting,
} from '../../shared/http';
import { copyAiHttp } from './http';
import { runId, withoutDeepFields } from './run';

/** The most that one page of runs or webhooks holds. */
export const MAX_PAGE_SIZE = 100;

/** One page of a list. */
export interface Page {
	items: JsonObject[];
	/** Whether there can't be more. `total` isn't used: it can disagree with what is served. */
	isLast: boolean;
}

/**
 * Copy.ai's seven endpoints, each one request. None of them throws: see `Answer` for what can come back.
 *
 * Source: https://support.fullcast.com/apidocs
 */
export interface Endpoints {
	/** A digest of the API URL and the key. */
	readonly account: string;
	/**
	 * Starts a run and returns its id: `{"status":"success","data":{"id":"WRUN-1"}}` is `WRUN-1`.
	 *
	 * Source: https://support.fullcast.com/apidocs/start-a-workflow-run-2
	 */
	startRun(workflowId: string, startVariables: JsonObject, metadata: JsonObject): Reply<string>;
	/**
	 * Gets a run as it came, without the envelope: `{"status":"success","data":{"id":"WRUN-1","status":"NEW",…}}`. See
	 * `CopyAiRun` for its fields.
	 *
	 * Source: https://support.fullcast.com/apidocs/get-workflow-run-2
	 */
	getRun(workflowId: string, id: string): Reply<JsonObject>;
	/**
	 * Lists runs, newest first: `{"status":"success","data":{"total":2,"data":[{…},{…}]}}`.
	 *
	 * @param page from 1
	 * @param size 1 to 100
	 *
	 * Source: https://support.fullcast.com/apidocs/get-all-workflow-runs-2
	 */
	listRuns(workflowId: string, page: number, size: number): Reply<Page>;
	/**
	 * Registers a webhook for one event: `{"status":"success","data":{"id","url","eventType","workflowId"}}`.
	 *
	 * @param workflowId without it, the webhook gets the events of every workflow in the workspace
	 *
	 * Source: https://support.fullcast.com/apidocs/register-webhook-2
	 */
	createWebhook(url: string, eventType: string, workflowId?: string): Reply<JsonObject>;
	/** Gets one webhook, in the form of `createWebhook`. Source: https://support.fullcast.com/apidocs (webhooks) */
	getWebhook(id: string): Reply<JsonObject>;
	/**
	 * Lists webhooks: `{"total":"1","data":[{…}]}`, without the envelope that the other endpoints have.
	 *
	 * @param page from 1, although Copy.ai counts these from 0
	 * @param size 1 to 100
	 *
	 * Source: https://support.fullcast.com/apidocs/get-all-webhooks-2
	 */
	listWebhooks(page: number, size: number): Reply<Page>;
	/** Deletes a webhook: status 202 with `{}`. Source: https://support.fullcast.com/apidocs (webhooks) */
	deleteWebhook(id: string): Reply<unknown>;
}

type Reply<T> = Promise<Answer<T, ErrorDetails>>;

/**
 * @param errorSecrets to mask in error details, beside the API key
 * @param log takes a line of each request
 * @throws what n8n throws when the credential is missing or can't be read
 */
export async function endpoints(
	context: ApiContext,
	clock?: Clock,
	errorSecrets?: readonly string[],
	log?: RequestLog,
): Promise<Endpoints> {
	const request = await createRequest(context, copyAiHttp, clock, errorSecrets, log);
	const runs = (workflowId: string) => `/workflow/${encodeURIComponent(workflowId)}/run`;
	const webhook = (id: string) => `/webhook/${encodeURIComponent(id)}`;

	return {
		account: request.account,
		startRun: async (workflowId, startVariables, metadata) =>
			await request(
				{
					method: 'POST',
					path: runs(workflowId),
					body: { startVariables, metadata },
					action: `starting a run of workflow ${workflowId}`,
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
				(answer) => {
					const run = data(answer);
					return run && withoutDeepFields(run);
				},
			),
		listRuns: async (workflowId, page, size) =>
			await request(
				{
					method: 'GET',
					path: runs(workflowId),
					query: { size, page },
					action: `listing the runs of workflow ${workflowId}`,
				},
				(answer) => {
					const page = toPage(data(answer), size);
					return page && { ...page, items: page.items.map(withoutDeepFields) };
				},
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
				(answer) => {
					const page = toPage(isObject(answer) ? answer : undefined, size);
					return page && { ...page, items: page.items.map((one) => withoutDeepNesting(one)) };
				},
			),
		// 202 comes with `{}`; its content does not matter.
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
