import type { IExecuteFunctions } from 'n8n-workflow';
import type { StartItem } from './startParameters';
import type { RunClient } from './runClient';
import {
	escapeHintText,
	info,
	type ParsedItem,
	type Result,
} from '../../../../nodes/shared/operations';

/** Of how many workflows it is looked up whether a draft ran. */
const WORKFLOWS = 5;

/**
 * Says so, above the output, when drafts were run instead of live versions. Looked up only while somebody tries the
 * workflow out in the editor, once per workflow; a look that brings nothing is left at that.
 */
export async function hintAtDrafts(
	context: IExecuteFunctions,
	{ api, limiter }: RunClient,
	items: Array<ParsedItem<StartItem>>,
): Promise<void> {
	if (context.getMode() !== 'manual') return;
	const unversioned = items.filter(({ value }) => value.body.version === undefined);
	const ids = [...new Set(unversioned.map(({ value }) => value.workflowId))].slice(0, WORKFLOWS);
	const answers = await Promise.all(ids.map((id) => limiter.run(() => api.getWorkflow(id))));
	const drafts = answers.flatMap((answer) =>
		answer.kind === 'ok' && answer.value.hasDraft ? [answer.value] : [],
	);
	if (drafts.length === 0) return;
	const names = drafts.map(({ id, name }) => escapeHintText(name || id)).join(', ');
	const what = drafts.length === 1 ? `an open draft of ${names}` : `open drafts of ${names}`;
	context.addExecutionHints(
		info(`B3OS ran ${what}. Switch on the option Run Live Version to run what is published.`),
	);
}

/** Says so when runs ended partial: they have outputs, but not all of them. */
export function hintAtPartial(context: IExecuteFunctions, results: Result[]): void {
	const runs = results.flatMap((result) => ('json' in result ? [result.json].flat() : []));
	const partial = runs.filter(({ status }) => status === 'partial');
	if (partial.length === 0) return;
	const which = runs.length === 1 ? 'The run' : `${partial.length} of ${runs.length} runs`;
	context.addExecutionHints(
		info(
			`${which} ended partial: some nodes did not succeed. They are named in the field "failure".`,
		),
	);
}
