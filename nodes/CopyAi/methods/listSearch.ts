import { DateTime } from 'luxon';
import {
	type ILoadOptionsFunctions,
	type INodeListSearchItems,
	type INodeListSearchResult,
	NodeOperationError,
} from 'n8n-workflow';
import { type CopyAiRun, endpoints, toRun } from '../api';
import { isObject } from '../../shared/http';
import { toEditorError } from '../../shared/methods/editorErrors';
import { selectedWorkflowId } from './selectedWorkflow';

const EDITOR_PAGE_SIZE = 50;
/** How many pages are searched at once for runs that match: the editor asks for more only below a full list. */
const PAGES_SEARCHED = 5;
const MIN_MATCHES = 10;
const MAX_INPUT_LENGTH = 60;

/**
 * The newest runs of the selected workflow: time and the beginning of the first input. The search compares the ID, the
 * status and all inputs. Entries have no link: Copy.ai documents no page of a single run.
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
			description: "Enter the ID or URL of the Copy.ai workflow in 'Workflow'.",
		});
	}
	const api = await endpoints(this);
	const searched = filter.trim().toLowerCase();
	const first = Number(paginationToken ?? 1);
	const results: INodeListSearchItems[] = [];
	const zone = this.getTimezone();

	for (let page = first; ; page++) {
		const answer = await api.listRuns(workflowId, page, EDITOR_PAGE_SIZE);
		if (answer.kind !== 'ok') throw toEditorError(this, answer);
		for (const raw of answer.value.items) {
			const run = toRun(raw, workflowId);
			const name = label(run, zone);
			if (run.id && matches(run, name, searched)) results.push({ name, value: run.id });
		}
		if (answer.value.isLast) return { results };
		const isEnough = searched === '' || results.length >= MIN_MATCHES;
		if (isEnough || page - first + 1 >= PAGES_SEARCHED) {
			return { results, paginationToken: String(page + 1) };
		}
	}
}

function matches(run: CopyAiRun, name: string, searched: string): boolean {
	if (searched === '') return true;
	return [name, run.id, run.status, ...Object.values(run.input).map(toText)].some((text) =>
		text.toLowerCase().includes(searched),
	);
}

/** Without anything that changes, such as the status: the editor keeps the label of the run that was chosen. */
function label(run: CopyAiRun, zone: string): string {
	const input = Object.values(run.input).find((value) => value !== '' && value !== null);
	const text = input === undefined ? run.id : toText(input).replace(/\s+/g, ' ').trim();
	const created = DateTime.fromISO(run.createdAt ?? '', { zone });
	const time = created.isValid ? created.toFormat('yyyy-MM-dd HH:mm') : '';
	return [time, shortened(text)].filter(Boolean).join(' · ');
}

function toText(value: unknown): string {
	if (typeof value === 'string') return value;
	return isObject(value) ? JSON.stringify(value) : `${value}`;
}

/** Cut between characters, not inside one. */
function shortened(text: string): string {
	const characters = [...text.slice(0, 2 * (MAX_INPUT_LENGTH + 1))];
	return characters.length > MAX_INPUT_LENGTH
		? `${characters.slice(0, MAX_INPUT_LENGTH).join('')}…`
		: characters.join('');
}
