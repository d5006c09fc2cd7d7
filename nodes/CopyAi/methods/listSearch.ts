import {
	type ILoadOptionsFunctions,
	type INodeListSearchResult,
	NodeOperationError,
} from 'n8n-workflow';
import { type CopyAiRun, endpoints, toRun } from '../../api';
import { chosenWorkflow } from './chosenWorkflow';

const PAGE_SIZE = 50;
const INPUT_LENGTH = 60;

/** The newest runs of the chosen workflow: status, age and the beginning of the first input. */
export async function searchRuns(
	this: ILoadOptionsFunctions,
	filter = '',
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const workflowId = chosenWorkflow(this);
	const page = Number(paginationToken ?? 1);
	const api = await endpoints(this);
	const answer = await api.listRuns(workflowId, page, PAGE_SIZE);
	if (answer.kind !== 'ok') {
		const fault = 'fault' in answer ? answer.fault : { message: 'Stopped', description: '' };
		throw new NodeOperationError(this.getNode(), fault.message, { description: fault.description });
	}
	const wanted = filter.trim().toLowerCase();
	const results = answer.value.items
		.map((raw) => toRun(raw, workflowId))
		.map((run) => ({ name: label(run, Date.now()), value: run.id }))
		.filter(({ name, value }) => `${name} ${value}`.toLowerCase().includes(wanted));
	return { results, paginationToken: answer.value.isLast ? undefined : String(page + 1) };
}

function label(run: CopyAiRun, now: number): string {
	const [first] = Object.values(run.input);
	const text =
		typeof first === 'string' ? first : first === undefined ? run.id : JSON.stringify(first);
	const short = text.length > INPUT_LENGTH ? `${text.slice(0, INPUT_LENGTH)}…` : text;
	return [run.status || 'UNKNOWN', age(run.createdAt, now), short].filter(Boolean).join(' · ');
}

function age(createdAt: string | null, now: number): string {
	const minutes = Math.max(0, Math.floor((now - Date.parse(createdAt ?? '')) / 60_000));
	if (Number.isNaN(minutes)) return '';
	if (minutes < 60) return `${minutes} min ago`;
	if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ago`;
	return `${Math.floor(minutes / 60 / 24)} d ago`;
}
