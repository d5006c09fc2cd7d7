import type { NodeService } from '../../../../nodes/shared/actions/types';
import { type B3osRun, newRunId, runIdOf } from '../api';
import { type OutputForm, toJson, unseenRun } from './output';

/** B3OS, as operations work with it and speak of it. */
export const b3os: NodeService<B3osRun, OutputForm> = {
	name: 'B3OS',
	failed: 'failed',
	failedEnd: 'with the status failure or cancelled',
	columns: 'the inputs of the workflow',
	lookForKey: 'look in B3OS for the run with this ID',
	newKey: newRunId,
	keyText: runIdOf,
	unseenRun,
	toJson,
};
