import {
	type INodeProperties,
	type INodePropertyCollection,
	type INodePropertyOptions,
	NodeHelpers,
} from 'n8n-workflow';
import { CopyAiApi } from '../../../credentials/CopyAiApi.credentials';
import { CopyAi } from '../../../nodes/CopyAi/CopyAi.node';
import { CopyAiTrigger } from '../../../nodes/CopyAiTrigger/CopyAiTrigger.node';
import { byId, prepare } from '../harness';
import { startFakeCopyAi } from '../../fakes/copyAi';

const node = new CopyAi();
const roots: Array<[string, INodeProperties[]]> = [
	['Copy.ai', node.description.properties],
	['Copy.ai Trigger', new CopyAiTrigger().description.properties],
	['Copy.ai API', new CopyAiApi().properties],
];

/** A text of the UI, and where it stands. */
interface Shown {
	path: string;
	label: string;
	description?: string;
	type?: string;
	placeholder?: string;
	isOption: boolean;
}

type AnyProperty = INodeProperties | INodePropertyOptions | INodePropertyCollection;

function shownIn(path: string, entries: AnyProperty[]): Shown[] {
	return entries.flatMap((entry) => {
		const label = 'displayName' in entry ? entry.displayName : entry.name;
		const here = `${path} > ${label}`;
		const inner = [
			...('options' in entry ? (entry.options ?? []) : []),
			...('values' in entry ? entry.values : []),
			...('modes' in entry ? ((entry.modes ?? []) as INodeProperties[]) : []),
		] as AnyProperty[];
		const { description, type, placeholder } = entry as INodeProperties;
		const isOption = !('displayName' in entry);
		return [
			{ path: here, label, description, type, placeholder, isOption },
			...shownIn(here, inner),
		];
	});
}

const all = roots.flatMap(([name, properties]) => shownIn(name, properties));
const paths = (some: Shown[]) => [...new Set(some.map(({ path }) => path))];

test('names are in Title Case', () => {
	const small = /^(a|an|and|at|by|for|in|of|on|or|the|to|with)$/;
	const isTitle = (label: string) =>
		label
			.split(' ')
			.every((word, index) => /^\(?[A-Z0-9]/.test(word) || (index > 0 && small.test(word)));
	expect(paths(all.filter(({ label }) => !isTitle(label)))).toEqual([]);
});

test('descriptions are sentences: one without a full stop, several with', () => {
	const isGood = (text: string) => {
		const sentences = text.replace(/e\.g\.|Copy\.ai/g, '').split(/[.!?] (?=[A-Z])/).length;
		return /^[A-Z"]/.test(text) && text.endsWith('.') === sentences > 1;
	};
	const described = all.filter(({ description }) => description && !isGood(description));
	expect(paths(described)).toEqual([]);
});

test('everything that can be set is described', () => {
	const silent = all.filter(
		({ description, type, isOption, path }) =>
			!description &&
			!isOption &&
			!['collection', 'fixedCollection', 'resourceMapper'].includes(type ?? '') &&
			!/> (By ID|By URL|From List|Resource|Operation|Variable)$/.test(path),
	);
	expect(paths(silent)).toEqual([]);
});

test('booleans begin with "Whether"', () => {
	const flags = all.filter(({ type }) => type === 'boolean');
	expect(flags.length).toBeGreaterThan(4);
	expect(paths(flags.filter(({ description }) => !description?.startsWith('Whether ')))).toEqual(
		[],
	);
});

test('placeholders are examples', () => {
	const given = all.filter(({ placeholder }) => placeholder !== undefined);
	const odd = given.filter(
		({ placeholder, type }) =>
			!/^e\.g\. /.test(placeholder ?? '') &&
			!(/ollection$/.test(type ?? '') && /^Add /.test(placeholder ?? '')),
	);
	expect(paths(odd)).toEqual([]);
});

test('no text speaks of an error, a problem, a failure or a mistake', () => {
	const said = all.filter(({ label, description, placeholder }) =>
		/\b(error|problem|failure|mistake)s?\b/i.test(
			// A field's name in quotes is what it is.
			[label, description, placeholder].join(' ').replace(/["']\w+["']/g, ''),
		),
	);
	expect(paths(said)).toEqual([]);
});

const operations = node.description.properties
	.filter(({ name }) => name === 'operation')
	.flatMap(({ displayOptions, options }) =>
		(options as INodePropertyOptions[]).map((option) => ({
			...option,
			resource: String(displayOptions?.show?.resource?.[0]),
		})),
	);

test('every operation says in the list of actions, and to an AI agent, what it does', () => {
	for (const { name, action = '', description = '' } of operations) {
		expect([name, action]).toEqual([name, expect.stringMatching(/^[A-Z][a-z]+( [a-z]+)+$/)]);
		expect(description.length).toBeGreaterThan(20);
	}
	const actions = operations.map(({ action }) => action);
	expect(new Set(actions).size).toBe(actions.length);
});

test.each([
	['workflowRun', 'startAndWait', 'Start and Wait: Workflow Run'],
	['workflowRun', 'getAll', 'Get Many: Workflow Run'],
	['workflowRun', 'wait', 'Wait: Workflow Run'],
	['webhook', 'create', 'Create: Webhook'],
])('below a node on the canvas stands what it does: %s %s', (resource, operation, subtitle) => {
	const { workflow } = prepare({
		credential: { apiKey: '', baseUrl: '' },
		parameters: { resource, operation },
	});
	const { expression, nodes } = workflow;
	expect(
		expression.getSimpleParameterValue(nodes['Copy.ai'], node.description.subtitle, 'internal', {}),
	).toBe(subtitle);
});

test('below a trigger on the canvas stand its events in words', () => {
	const { description } = new CopyAiTrigger();
	const { workflow } = prepare({
		nodeUnderTest: {
			name: 'Trigger',
			type: 'n8n-nodes-copy-ai.copyAiTrigger',
			node: new CopyAiTrigger(),
			credentialType: 'copyAiApi',
			credential: {} as never,
		},
		credential: { apiKey: '', baseUrl: '' },
		parameters: { events: ['workflowRun.completed', 'workflowCreditLimit.reached'] },
	});
	const { expression, nodes } = workflow;
	expect(
		expression.getSimpleParameterValue(nodes.Trigger, description.subtitle, 'internal', {}),
	).toBe('Run Completed, Credit Limit Reached');
});

test('the panel of the trigger says what to do in Copy.ai, in words that fit both lines of n8n', () => {
	const { activationMessage, eventTriggerDescription, triggerPanel, webhooks } = new CopyAiTrigger()
		.description;
	expect(webhooks?.[0].ndvHideUrl).toBe(true);
	expect(eventTriggerDescription).toBe('Run a workflow in Copy.ai');
	expect(activationMessage).toBe('Runs in Copy.ai now start this workflow.');
	// Other texts of the panel are n8n's own: those of 2.x say "publish", those of 1.x "activate".
	const { executionsHelp, ...others } = triggerPanel as {
		executionsHelp: { active: string; inactive: string };
	};
	expect(others).toEqual({});
	expect(executionsHelp.inactive).toMatch(/run a workflow in Copy\.ai.+publish.+activate/);
	expect(executionsHelp.active).toMatch(/run a workflow in Copy\.ai.+also starts by itself/);
});

test('the nodes panel, which shows both nodes with the description of the trigger, says what they are for', () => {
	const { description } = new CopyAiTrigger().description;
	expect(description).toMatch(/^Run a Copy\.ai workflow and get the text it writes, or start this/);
	expect(description.startsWith(node.description.description)).toBe(true);
});

test('of a run, the text comes first and the IDs last: in this order they are columns', async () => {
	const fake = await startFakeCopyAi({ durationMs: 50 });
	const { json } = await prepare({
		credential: { apiKey: fake.settings.apiKey, baseUrl: fake.url },
		parameters: {
			resource: 'workflowRun',
			operation: 'startAndWait',
			workflowId: byId('WCFG-1'),
			variablesInput: 'json',
			variablesJson: '{"a":"b"}',
		},
	}).execute();
	await fake.close();
	expect(Object.keys(json[0])).toEqual([
		'output',
		'status',
		'credits',
		'createdAt',
		'id',
		'workflowId',
	]);
});

test('the most common user sets workflow and values, and nothing else', () => {
	const parameters = NodeHelpers.getNodeParameters(
		node.description.properties,
		{},
		true,
		false,
		null,
		node.description,
	);
	expect(parameters).toMatchObject({
		resource: 'workflowRun',
		operation: 'startAndWait',
		variablesInput: 'mapper',
		simplify: true,
		options: {},
	});
	const copyAi = {
		id: '1',
		name: 'Copy.ai',
		type: 'copyAi',
		typeVersion: 1,
		position: [0, 0] as [number, number],
	};
	const issuesWith = (workflowId: object) =>
		NodeHelpers.getNodeParametersIssues(
			node.description.properties,
			{ ...copyAi, parameters: { ...parameters, workflowId: workflowId as never } },
			node.description,
		);
	expect(Object.keys(issuesWith(byId(''))?.parameters ?? {})).toEqual(['workflowId']);
	expect(issuesWith(byId('WCFG-1'))).toBeNull();
});
