import type { Clock } from '../../../../nodes/runs';
import {
	type ApiContext,
	createRequest,
	isObject,
	type JsonObject,
	type RequestLog,
} from '../../../../nodes/shared/http';
import type { Endpoints, Page } from './endpointTypes';
import { withoutDeepFields } from './failure';
import { b3osHttp } from './http';
import { toWorkflow } from './workflow';

/** The most that one page of a list holds. */
export const MAX_PAGE_SIZE = 100;

export type { Endpoints, Page, PageRequest, StartBody } from './endpointTypes';

/** @throws what n8n throws when the credential is missing or can't be read */
export async function endpoints(
	context: ApiContext,
	clock?: Clock,
	log?: RequestLog,
): Promise<Endpoints> {
	const sendRequest = await createRequest(context, b3osHttp, clock, undefined, log);

	// The envelope's `code` is 200 or 0 on success: only the HTTP status counts.
	const request = async <T>(
		call: Parameters<typeof sendRequest>[0],
		parse: (data: unknown) => T | undefined,
	) => await sendRequest(call, (answer) => parse(isObject(answer) ? answer.data : undefined));

	const workflow = (id: string) => `/v1/workflows/${encodeURIComponent(id)}`;
	const run = (id: string) => `/v1/runs/${encodeURIComponent(id)}`;

	return {
		account: sendRequest.account,
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
		listAllRuns: async (page) =>
			await request(
				{ method: 'GET', path: '/v1/runs', query: { ...page }, action: 'listing the runs' },
				(data) => toPage(data),
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
