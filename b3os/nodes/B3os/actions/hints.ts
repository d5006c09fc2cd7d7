import type { IExecuteFunctions, INodeExecutionData, NodeExecutionHint } from 'n8n-workflow';
import type { RunClient } from './runClient';
import type { StartItem } from './startParameters';
import {
	allSettled,
	attempt,
	escapeHintText,
	info,
	type ParsedItem,
} from '../../../../nodes/shared/operations';

/** Of how many workflows it is checked whether a draft ran. */
const MAX_WORKFLOWS_CHECKED = 5;

/**
 * Checks whether drafts were run instead of live versions, once per workflow, and only in manual executions.
 *
 * @returns a hint, if so; none when the check fails
 */
export async function draftHint(
	context: IExecuteFunctions,
	client: RunClient,
	items: Array<ParsedItem<StartItem>>,
): Promise<NodeExecutionHint[]> {
	if (context.getMode() !== 'manual') return [];
	return await attempt(
		async () => await checkDrafts(client, items),
		() => [],
	);
}

async function checkDrafts(
	{ api, limiter }: RunClient,
	items: Array<ParsedItem<StartItem>>,
): Promise<NodeExecutionHint[]> {
	const unversioned = items.filter(({ value }) => value.body.version === undefined);
	const ids = [...new Set(unversioned.map(({ value }) => value.workflowId))];
	const answers = await allSettled(
		ids
			.slice(0, MAX_WORKFLOWS_CHECKED)
			.map(async (id) => await limiter.run(async () => await api.getWorkflow(id))),
	);
	const drafts = answers.flatMap((answer) =>
		answer.kind === 'ok' && answer.value.hasDraft ? [answer.value] : [],
	);
	if (drafts.length === 0) return [];
	const names = drafts.map(({ id, name }) => escapeHintText(name || id)).join(', ');
	const what = drafts.length === 1 ? `an open draft of ${names}` : `open drafts of ${names}`;
	return [info(`B3OS ran ${what}. Turn on 'Run Live Version' to run the published version.`)];
}

/** @returns a hint when runs finished as partial: they have output, but not of all nodes */
export function partialHint(outputs: INodeExecutionData[]): NodeExecutionHint[] {
	const runs = outputs.map(({ json }) => json).filter(({ status }) => status !== undefined);
	const partial = runs.filter(({ status }) => status === 'partial');
	if (partial.length === 0) return [];
	const which = runs.length === 1 ? 'The run' : `${partial.length} of ${runs.length} runs`;
	return [
		info(`${which} finished with status partial: some nodes failed. See the 'failure' field.`),
	];
}
