import type { IExecuteFunctions } from 'n8n-workflow';
import {
	type B3osRun,
	type Endpoints,
	endpoints,
	runService,
	StartLog,
	type StartRequest,
	WantedRuns,
} from '../api';
import type { OutputFormat } from './output';
import { b3osText } from './service';
import { createRequestLog } from '../../../../nodes/shared/http';
import {
	buildRunClient,
	type ParsedItem,
	type RunClient as AnyRunClient,
} from '../../../../nodes/shared/operations';

/** What an operation works with. */
export interface RunClient extends AnyRunClient<Endpoints, StartRequest, B3osRun, OutputFormat> {
	/** What is wanted of the runs that are waited for. */
	wanted: WantedRuns;
	/** The runs that were started and haven't finished. */
	starts: StartLog;
}

/**
 * @param items of which the first one's Concurrency counts: requests in flight at once
 * @throws what n8n throws when the credential is missing or can't be read
 */
export async function createRunClient(
	context: IExecuteFunctions,
	items: Array<ParsedItem<{ concurrency: number }>> = [],
	starts = new StartLog(),
): Promise<RunClient> {
	const log = createRequestLog(context, b3osText.name);
	const api = await endpoints(context, undefined, log);
	const wanted = new WantedRuns();
	const concurrency = items[0]?.value.concurrency;
	return {
		...buildRunClient(context, b3osText, api, runService(api, wanted, starts), concurrency, {
			log,
		}),
		wanted,
		starts,
	};
}
