import { type B3osRun, newRunId, runIdOf } from '../api';
import { type OutputFormat, placeholderRun, toJson } from './output';
import type { ServiceAdapter } from '../../../../nodes/shared/operations';

/** B3OS, as operations work with it and speak of it. */
export const b3osText: ServiceAdapter<B3osRun, OutputFormat> = {
	name: 'B3OS',
	sentences: {
		concurrency: 'Maximum number of requests to send to B3OS at the same time, across all items',
		onTimeout:
			"What to do when a run doesn't finish within the timeout. The run itself continues in B3OS.",
		onFailedRun: 'What to do when a run ends with the status failure or cancelled',
		variableName: 'Name of the workflow input, exactly as shown in B3OS',
		nameVariable:
			"Enter the name of the workflow's input exactly as shown in B3OS, or remove the row.",
		loadColumns:
			"Open the node to load the workflow's inputs. If the workflow has none, set 'Mapping Column Mode' to 'Map Each Column Manually' and turn on 'Start Without Variables' under Options.",
		nothingSent: 'Nothing was sent to B3OS.',
		afterFailedRun:
			"Open the run in B3OS to see which node failed. Executions > Retry and Retry On Fail start only failed runs again; Execute step starts every item again. To get the output of the finished runs, set 'On Failed Run' to 'Continue' or use the Get Many operation.",
		afterTimeout:
			"The run continues in B3OS. Raise 'Timeout', set 'On Timeout' to 'Continue', or get the run later with the Wait operation.",
		afterUnreadableOutput: 'The run itself has finished. Open it in B3OS to see its output.',
		afterUnconfirmedStart:
			'Before you start it again manually, check B3OS for the run with this ID. Executions > Retry and Retry On Fail check it themselves; Execute step starts it again.',
		afterStop:
			"Runs that have already started continue in B3OS. n8n's log names those that were waited for; find them with the Get Many operation, and get their output with the Wait operation.",
	},
	newKey: newRunId,
	keyText: runIdOf,
	placeholderRun,
	toJson,
};
