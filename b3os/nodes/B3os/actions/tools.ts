import type { IExecuteFunctions } from 'n8n-workflow';
import { type Tools as AnyTools, toTools } from '../../../../nodes/shared/actions/tools';
import { type B3osRun, type Endpoints, endpoints, runService, type StartRequest } from '../api';
import type { OutputForm } from './output';
import { b3os } from './service';

/** What an operation works with. */
export type Tools = AnyTools<Endpoints, StartRequest, B3osRun, OutputForm>;

/**
 * @param concurrency calls in flight at once
 * @throws what n8n throws when the credential is missing or can't be read
 */
export async function openTools(context: IExecuteFunctions, concurrency?: number): Promise<Tools> {
	const api = await endpoints(context);
	return toTools(context, b3os, api, runService(api), concurrency);
}
