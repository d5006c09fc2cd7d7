import {
	type ILoadOptionsFunctions,
	type INodeListSearchItems,
	type INodeListSearchResult,
	NodeOperationError,
} from 'n8n-workflow';
import { toEditorError } from '../../../../nodes/shared/methods/editorErrors';
import { type B3osRun, type B3osWorkflow, endpoints, toRun, toWorkflow } from '../api';
import { selectedWorkflowId } from './selectedWorkflow';

const EDITOR_PAGE_SIZE = 50;

/**
 * The workflows that can be run, by name, without archived ones.
 *
 * @throws when they can't be listed
 */
export async function searchWorkflows(
	this: ILoadOptionsFunctions,
	filter = '',
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const api = await endpoints(this);
	const page = pageAt(paginationToken);
	const answer = await api.listWorkflows(page, filter.trim());
	if (answer.kind !== 'ok') throw toEditorError(this, answer);
	const workflows = answer.value.items
		.map(toWorkflow)
		.filter(({ id, status }) => id !== '' && status !== 'archived');
	return {
		results: workflows.map((workflow) => ({ name: workflowLabel(workflow), value: workflow.id })),
		...next(page, answer.value),
	};
}

function workflowLabel({ id, name, status, hasDraft }: B3osWorkflow): string {
	const marks = [status !== 'active' && status, hasDraft && status !== 'draft' && 'draft open'];
	const shown = marks.filter(Boolean).join(', ');
	return `${name || id}${shown && ` (${shown})`}`;
}

/**
 * The newest runs of the selected workflow: time and ID. The search compares these and the status.
 *
 * @throws when no workflow is selected, and when its runs can't be listed
 */
export async function searchRuns(
	this: ILoadOptionsFunctions,
	filter = '',
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const workflowId = selectedWorkflowId(this);
	if (!workflowId) {
		throw new NodeOperationError(this.getNode(), 'Select a workflow first', {
			description: "Select the run's workflow in 'Workflow', or enter the run by ID.",
		});
	}
	const api = await endpoints(this);
	const page = pageAt(paginationToken);
	const answer = await api.listRuns(workflowId, page);
	if (answer.kind !== 'ok') throw toEditorError(this, answer);
	const searched = filter.trim().toLowerCase();
	const results = answer.value.items
		.map((raw) => toRun(raw, workflowId))
		.filter(({ id }) => id !== '')
		.filter((run) => `${runLabel(run)} ${run.status}`.toLowerCase().includes(searched))
		.map((run): INodeListSearchItems => ({ name: runLabel(run), value: run.id }));
	return { results, ...next(page, answer.value) };
}

/** Without anything that changes, such as the status: the editor keeps the label of the run that was chosen. */
function runLabel({ id, startedAt }: B3osRun): string {
	const time = startedAt?.replace('T', ' ').replace(/:\d\d(\.\d+)?Z?$/, '');
	return [time, id].filter(Boolean).join(' · ');
}

function pageAt(paginationToken?: string) {
	return { limit: EDITOR_PAGE_SIZE, offset: Number(paginationToken ?? 0) };
}

/** Where the next page starts, for the editor to ask for when the list is scrolled down. */
function next(
	{ offset }: { offset: number },
	{ items, hasMore }: { items: unknown[]; hasMore: boolean },
): { paginationToken?: string } {
	return hasMore && items.length > 0 ? { paginationToken: String(offset + items.length) } : {};
}
