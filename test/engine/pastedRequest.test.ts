import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { useVirtualTime } from '../support/virtualTime';
import { CONTINUE, creditsTests } from './credits/flow';
import { messageOf } from './harness';

useVirtualTime();

const tests = creditsTests();
const { flow, starts } = tests;

const json = (variablesJson: string): INodeParameters => ({
	variablesInput: 'json',
	variablesJson,
});
const inputs = () => tests.fake.runs.map(({ input }) => input);
const LEAKED = '3f2b8c1e-0a1b-4c5d-8e9f-0123456789ab';

test('a whole body means its variables, and its metadata goes out below the option Metadata', async () => {
	const body = {
		startVariables: { 'Input 1': 'a lamp', Words: 50 },
		metadata: { campaign: 'spring', api: true },
	};
	const parameters = json(JSON.stringify(body));
	await flow({ metadata: '{ "campaign": "autumn" }' }, { items: [{}], parameters }).execute();
	expect(inputs()).toEqual([{ 'Input 1': 'a lamp', Words: 50 }]);
	expect(tests.fake.runs[0].metadata).toMatchObject({ campaign: 'autumn', api: true });
});

test.each([
	['without metadata', '{ "startVariables": { "a": 1 } }', { a: 1 }],
	['with null as metadata', '{ "startVariables": { "a": 1 }, "metadata": null }', { a: 1 }],
	['text of that name is a variable', '{ "startVariables": "a" }', { startVariables: 'a' }],
	['metadata alone is a variable', '{ "metadata": { "a": 1 } }', { metadata: { a: 1 } }],
])('%s', async (_, text, input) => {
	await flow({}, { items: [{}], parameters: json(text) }).execute();
	expect(inputs()).toEqual([input]);
});

test.each([
	['{ "startVariables": { "a": 1 }, "b": 2 }', /'Values' contains 'b' beside 'startVariables'/],
	['{ "startVariables": { "a": 1 }, "metadata": [] }', /'metadata' in 'Values' must be an object/],
	['{ "startVariables": {} }', /'Values' has no value for any variable/],
	[
		'{ "startVariables": { "a": 1 }, "metadata": { "n8nStartKey": "x" } }',
		/contains n8nStartKey or n8nStartAttempt, which are reserved/,
	],
])('%s is refused, and nothing is started', async (text, message) => {
	const { error } = await flow({}, { items: [{}], parameters: json(text) }).execute();
	expect(error?.message).toMatch(message);
	expect(starts()).toBe(0);
});

/** Three whole bodies, the one in the middle with too much in it. */
const bodies: IDataObject[] = [
	{ product: 'lamp' },
	{ product: 'chair', more: true },
	{ product: 'desk' },
];
const fromItems = json(
	'={{ JSON.stringify({ startVariables: { "Input 1": $json.product }, ...($json.more ? { more: 1 } : {}) }) }}',
);

test('of three bodies the bad one in the middle is its own error', async () => {
	const settings = { ...CONTINUE, retryOnFail: true };
	const { json } = await flow({}, { settings, items: bodies, parameters: fromItems }).execute();
	expect(json.map(({ status }) => status)).toEqual(['COMPLETE', undefined, 'COMPLETE']);
	expect(messageOf(json[1])).toMatch(/'Values' contains 'more' beside 'startVariables'/);
	expect(starts()).toBe(2);
});

test('Retry On Fail and a loop start each body once', async () => {
	tests.fake.set({ runRules: [{ inputContains: 'chair', end: 'FAILED', times: 1 }] });
	const items = bodies.map(({ product }) => ({ product }));
	const settings = { retryOnFail: true };
	await flow({}, { settings, items, batchSize: 2, parameters: fromItems }).execute();
	expect(
		inputs()
			.map((input) => input['Input 1'])
			.sort(),
	).toEqual(['chair', 'chair', 'desk', 'lamp']);
});

test('fields of a sample are sent like those of past runs', async () => {
	const column = (id: string, type: string) => ({ id, displayName: id, type, required: false });
	const variables = {
		mappingMode: 'defineBelow',
		value: { Topic: '={{ $json.product }}', Words: '50' },
		schema: [column('Topic', 'string'), column('Words', 'number')],
	};
	const options = { sampleRequest: '{ "startVariables": { "Topic": "", "Words": 1 } }' };
	const parameters = { variablesInput: 'mapper', variables } as never;
	await flow(options, { parameters }).execute();
	expect(inputs()).toEqual(
		['lamp', 'chair', 'desk'].map((product) => ({ Topic: product, Words: 50 })),
	);
});

test('a sample with an API key is refused before anything is started, and the key is not repeated', async () => {
	const sampleRequest = `curl -H 'x-copy-ai-api-key: ${LEAKED}' -d '{"startVariables":{"a":1}}'`;
	const variables = { mappingMode: 'defineBelow', value: { a: 'x' }, schema: [] };
	const parameters = { variablesInput: 'mapper', variables } as never;
	const { error } = await flow({ sampleRequest }, { items: [{}], parameters }).execute();
	expect(error?.message).toMatch(/^'Sample Request' contains an API key/);
	// n8n itself adds the node to an error, with the parameters that the user entered.
	const { node, stack, ...shown } = error as unknown as IDataObject;
	expect(node).toHaveProperty('parameters.options.sampleRequest', sampleRequest);
	expect(JSON.stringify(shown)).not.toContain(LEAKED);
	expect(stack).not.toContain(LEAKED);
	expect(tests.fake.requests).toEqual([]);
});
