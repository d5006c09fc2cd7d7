import { randomUUID } from 'crypto';
import { type CopyAiRun, keyText } from '../api';
import { type OutputFormat, placeholderRun, toJson } from './output';
import { readRequestBody } from './requestBody';
import type { ServiceAdapter } from '../../shared/operations';

/** Copy.ai, as operations work with it and speak of it. */
export const copyAiText: ServiceAdapter<CopyAiRun, OutputFormat> = {
	name: 'Copy.ai',
	sentences: {
		concurrency: 'Maximum number of requests to send to Copy.ai at the same time, across all items',
		onTimeout:
			"What to do when a run doesn't finish within the timeout. The run itself continues in Copy.ai.",
		onFailedRun: 'What to do when a run fails',
		variableName: 'Name of the workflow input, exactly as shown in Copy.ai',
		nameVariable:
			"Enter the name of the workflow's input exactly as shown in Copy.ai, or remove the row.",
		loadColumns:
			"Open the node to load the inputs of the workflow's past runs. If the workflow has no inputs, set 'Mapping Column Mode' to 'Map Each Column Manually' and turn on 'Start Without Variables' under Options.",
		nothingSent: 'Nothing was sent to Copy.ai.',
		afterFailedRun:
			"Open the run in Copy.ai to see which step failed. Executions > Retry and Retry On Fail start only failed runs again; Execute step starts every item again. To get the output of the finished runs, set 'On Failed Run' to 'Continue' or use the Get Many operation.",
		afterTimeout:
			"The run continues in Copy.ai. Raise 'Timeout', set 'On Timeout' to 'Continue', or get the run later with the Wait operation.",
		afterUnreadableOutput: 'The run itself has finished. Open it in Copy.ai to see its output.',
		afterUnconfirmedStart:
			'Before you start it again manually, check Copy.ai for a run with this key in its metadata (n8nStartKey). Executions > Retry and Retry On Fail check it themselves; Execute step starts it again.',
		afterStop:
			"Runs that have already started continue in Copy.ai. n8n's log names those that were waited for; find them with the Get Many operation, and get their output with the Wait operation.",
	},
	readRequestBody,
	newKey: randomUUID,
	keyText,
	placeholderRun,
	toJson,
};
