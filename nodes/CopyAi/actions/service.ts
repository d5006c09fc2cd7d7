import { randomUUID } from 'crypto';
import { type CopyAiRun, keyText } from '../api';
import { type OutputForm, toJson, placeholderRun } from './output';
import type { ServiceAdapter } from '../../shared/operations';

/** Copy.ai, as operations work with it and speak of it. */
export const copyAiText: ServiceAdapter<CopyAiRun, OutputForm> = {
	name: 'Copy.ai',
	failed: 'FAILED',
	failedEnd: 'FAILED',
	columns: "the inputs of the workflow's past runs",
	lookForKey: 'look in Copy.ai for a run with this key in its metadata (n8nStartKey)',
	newKey: randomUUID,
	keyText,
	placeholderRun,
	toJson,
};
