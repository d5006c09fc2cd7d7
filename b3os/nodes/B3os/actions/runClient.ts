import type { IExecuteFunctions } from 'n8n-workflow';
import { type B3osRun, type Endpoints, endpoints, runService, type StartRequest } from '../api';
import type { OutputFormat } from './output';
import { b3osText } from './service';
import {
	buildRunClient,
	type ParsedItem,
	type RunClient as AnyRunClient,
} from '../../../../nodes/shared/operations';

/** What an operation works with. */
export type RunClient = AnyRunClient<Endpoints, StartRequest, B3osRun, OutputFormat>;

/**
 * @param items of which the first one's Concurrency counts: requests in flight at once
 * @throws what n8n throws when the credential is missing or can't be read
 */
export async function createRunClient(
	context: IExecuteFunctions,
	items: Array<ParsedItem<{ concurrency: number }>> = [],
): Promise<RunClient> {
	const api = await endpoints(context);
	return buildRunClient(context, b3osText, api, runService(api), items[0]?.value.concurrency);
}
