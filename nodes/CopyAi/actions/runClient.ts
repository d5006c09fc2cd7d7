import type { IExecuteFunctions } from 'n8n-workflow';
import { type CopyAiRun, type Endpoints, endpoints, runService, type StartRequest } from '../api';
import type { OutputFormat } from './output';
import { copyAiText } from './service';
import { createRequestLog } from '../../shared/http';
import {
	buildRunClient,
	type ParsedItem,
	type RunClient as AnyRunClient,
} from '../../shared/operations';

/** What an operation works with. */
export type RunClient = AnyRunClient<Endpoints, StartRequest, CopyAiRun, OutputFormat>;

/**
 * @param items of which the first one's Concurrency counts: requests in flight at once
 * @throws what n8n throws when the credential is missing or can't be read
 */
export async function createRunClient(
	context: IExecuteFunctions,
	items: Array<ParsedItem<{ concurrency: number }>> = [],
): Promise<RunClient> {
	const log = createRequestLog(context, copyAiText.name);
	const api = await endpoints(context, undefined, undefined, log);
	const concurrency = items[0]?.value.concurrency;
	return buildRunClient(context, copyAiText, api, runService(api), concurrency, { log });
}
