import type { IExecuteFunctions } from 'n8n-workflow';
import {
	type CopyAiRun,
	type Endpoints,
	endpoints,
	runService,
	type StartRequest,
} from '../../api';
import { type Tools as AnyTools, toTools } from '../../shared/actions/tools';
import type { OutputForm } from './output';
import { copyAi } from './service';

/** What an operation works with. */
export type Tools = AnyTools<Endpoints, StartRequest, CopyAiRun, OutputForm>;

/**
 * @param concurrency calls in flight at once
 * @throws what n8n throws when the credential is missing or can't be read
 */
export async function openTools(context: IExecuteFunctions, concurrency?: number): Promise<Tools> {
	const api = await endpoints(context);
	return toTools(context, copyAi, api, runService(api), concurrency);
}
