/** The same work, drawn in several ways, as users would. */
import type { Credential, Json, NewWorkflow, WorkflowNode } from '../../../scripts/n8n/client';
import { DEFAULT_WORKFLOW } from '../../fakes/copyAi';
import type { FakeService } from './service';

/** A workflow that is started by a call of its webhook `path` with `{ "items": n }`. */
export interface Flow {
	path: string;
	workflow: NewWorkflow;
}

/** What a flow needs to know. */
export interface Site {
	service: FakeService;
	credential: Credential;
}

/** Seconds between two looks of the drawn loop. */
export const LOOP_SECONDS = 5;

type Link = [from: string, to: string, output?: number];

/** Nodes that only bring the items: not part of the work. */
export const BRINGING = ['Webhook', 'Rows'];

const rowsCode = `const items = [];
for (let row = 0; row < $input.first().json.body.items; row++) {
  items.push({ json: {
    row,
    product: 'Product ' + row,
    tone: 'playful',
    notes: 'What is said about it, and what is not. '.repeat(5),
  } });
}
return items;`;

/** @param work nodes that get the items of "Rows" by the first of them */
function flow(path: string, work: WorkflowNode[], links: Link[] = []): Flow {
	const nodes: WorkflowNode[] = [
		{
			...node('Webhook', 'n8n-nodes-base.webhook', 2.1, {
				httpMethod: 'POST',
				path,
				responseMode: 'onReceived',
			}),
			webhookId: path,
		},
		node('Rows', 'n8n-nodes-base.code', 2, { jsCode: rowsCode }),
		...work,
	];
	const all: Link[] = [['Webhook', 'Rows'], ['Rows', work[0].name], ...links];
	return {
		path,
		workflow: {
			name: path,
			nodes: nodes.map((each, column) => ({ ...each, position: [column * 220, 0] })),
			connections: connect(all),
			settings: { executionOrder: 'v1' },
		},
	};
}

function connect(links: Link[]): Json {
	const connections: Record<string, { main: Array<Array<{ node: string }>> }> = {};
	for (const [from, to, output = 0] of links) {
		const { main } = (connections[from] ??= { main: [] });
		while (main.length <= output) main.push([]);
		main[output].push({ node: to, ...{ type: 'main', index: 0 } });
	}
	return connections;
}

function node(name: string, type: string, typeVersion: number, parameters: Json): WorkflowNode {
	return { name, type, typeVersion, position: [0, 0], parameters };
}

/** The node of this package, with an expression for each of two variables. */
export function copyAi(
	operation: 'start' | 'startAndWait',
	{ credential }: Site,
	concurrency: number,
	nodeType = 'n8n-nodes-copy-ai.copyAi',
	sleepWhileWaiting = false,
): Flow {
	const work: WorkflowNode = {
		...node('Copy.ai', nodeType, 1, {
			resource: 'workflowRun',
			operation,
			workflowId: { __rl: true, mode: 'id', value: DEFAULT_WORKFLOW },
			variablesInput: 'fields',
			variableFields: {
				variable: [
					{ name: 'Input 1', value: '={{ $json.product }}' },
					{ name: 'Input 2', value: '={{ $json.tone }}' },
				],
			},
			options: { concurrency, sleepWhileWaiting },
		}),
		credentials: { [credential.type]: { id: credential.id, name: credential.name } },
	};
	const way = sleepWhileWaiting ? 'asleep' : 'awake';
	return flow(`${operation}-${credential.type}-${concurrency}-${way}`, [work]);
}

function httpRequest(name: string, { credential }: Site, parameters: Json): WorkflowNode {
	return {
		...node(name, 'n8n-nodes-base.httpRequest', 4.5, {
			authentication: 'predefinedCredentialType',
			nodeCredentialType: credential.type,
			options: {},
			...parameters,
		}),
		credentials: { [credential.type]: { id: credential.id, name: credential.name } },
	};
}

function httpStart(site: Site, options: Json = {}): WorkflowNode {
	return httpRequest('Start', site, {
		options,
		method: 'POST',
		url: `${site.service.url}/workflow/${DEFAULT_WORKFLOW}/run`,
		sendBody: true,
		specifyBody: 'json',
		jsonBody:
			'={{ { "startVariables": { "Input 1": $json.product, "Input 2": $json.tone }, "metadata": {} } }}',
	});
}

/** One HTTP Request node that starts a run per item; by default it sends all at once. */
export function httpStarts(site: Site): Flow {
	return flow(`http-start-${site.credential.type}`, [httpStart(site)]);
}

/** The same in n8n's own batches: so many each second. What is refused is output as an error, and lost. */
export function httpBatches(site: Site, perSecond?: number): Flow {
	const batch = { batchSize: perSecond, batchInterval: 1000 };
	const start = httpStart(site, perSecond === undefined ? {} : { batching: { batch } });
	return flow(`http-batches-${perSecond}`, [{ ...start, onError: 'continueRegularOutput' }]);
}

/** HTTP Request, Wait, HTTP Request and IF: those that are over leave the loop, the others go round again. */
export function httpLoop(site: Site): Flow {
	const work = [
		httpStart(site),
		node('Wait', 'n8n-nodes-base.wait', 1.1, {
			resume: 'timeInterval',
			amount: LOOP_SECONDS,
			unit: 'seconds',
		}),
		httpRequest('Get', site, {
			url: `=${site.service.url}/workflow/${DEFAULT_WORKFLOW}/run/{{ $json.data.id }}`,
		}),
		node('Over?', 'n8n-nodes-base.if', 2.3, {
			conditions: {
				options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 3 },
				combinator: 'and',
				conditions: [
					{
						id: 'over',
						leftValue: '={{ $json.data.status }}',
						rightValue: 'COMPLETE',
						operator: { type: 'string', operation: 'equals' },
					},
				],
			},
		}),
		node('Done', 'n8n-nodes-base.noOp', 1, {}),
	];
	return flow('http-loop', work, [
		['Start', 'Wait'],
		['Wait', 'Get'],
		['Get', 'Over?'],
		['Over?', 'Done'],
		['Over?', 'Wait', 1],
	]);
}

/** Nothing but the items, passed on by a node that does nothing: what n8n itself takes for them. */
export function passing(): Flow {
	return flow('passing', [node('Pass', 'n8n-nodes-base.noOp', 1, {})]);
}
