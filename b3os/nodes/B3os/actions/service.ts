import { type B3osRun, newRunId, runIdOf } from '../api';
import { type OutputForm, toJson, placeholderRun } from './output';
import type { ServiceAdapter } from '../../../../nodes/shared/operations';

/** B3OS, as operations work with it and speak of it. */
export const b3osText: ServiceAdapter<B3osRun, OutputForm> = {
	name: 'B3OS',
	failed: 'failed',
	failedEnd: 'with the status failure or cancelled',
	columns: 'the inputs of the workflow',
	lookForKey: 'look in B3OS for the run with this ID',
	newKey: newRunId,
	keyText: runIdOf,
	placeholderRun,
	toJson,
};
