import type { INodeParameters } from 'n8n-workflow';
import { getVariables } from '../../../nodes/CopyAi/methods/resourceMapping';
import { type FakeCopyAi, startFakeCopyAi } from '../../fakes/copyAi';
import { copyAiContext } from '../../support/copyAiContext';

let fake: FakeCopyAi;

beforeAll(async () => (fake = await startFakeCopyAi()));
afterEach(() => fake.reset());
afterAll(async () => await fake.close());

const workflowId = 'WCFG-shop';
const SAMPLE = '{ "startVariables": { "Topic": "a text", "Words": 50, "Draft": true } }';

const columnsWith = async (sampleRequest: string, more: INodeParameters = {}) =>
	await getVariables.call(
		copyAiContext(fake.service, {
			workflowId: { __rl: true, mode: 'id', value: workflowId },
			options: { sampleRequest },
			...more,
		}),
	);

test('a workflow that never ran has the fields of the sample, with their types', async () => {
	const { fields, emptyFieldsNotice } = await columnsWith(SAMPLE);
	expect(emptyFieldsNotice).toBeUndefined();
	expect(fields.map(({ id, type, required }) => [id, type, required])).toEqual([
		['Topic', 'string', false],
		['Words', 'number', false],
		['Draft', 'boolean', false],
	]);
});

test('they are merged with those of past runs, which say more about types', async () => {
	fake.seedRuns([{ workflowId, input: { Tone: 'calm', Words: 'fifty' } }]);
	const { fields } = await columnsWith(SAMPLE);
	expect(fields.map(({ id, type }) => [id, type])).toEqual([
		['Tone', 'string'],
		['Words', 'string'],
		['Topic', 'string'],
		['Draft', 'boolean'],
	]);
});

test('without a sample, the notice of a workflow without runs names the option', async () => {
	const { emptyFieldsNotice } = await columnsWith('');
	expect(emptyFieldsNotice).toMatch(/has no runs yet.+'Sample Request'.+API tab/);
});

test('a text without startVariables gets a notice that says what to paste', async () => {
	const { fields, emptyFieldsNotice } = await columnsWith('{ "Topic": "a text" }');
	expect(fields).toEqual([]);
	expect(emptyFieldsNotice).toMatch(/has no startVariables.+copy the whole sample code/);
});

test.each([
	['of somebody', 'x-copy-ai-api-key: 3f2b8c1e-0a1b-4c5d-8e9f-0123456789ab'],
	['of the credential, wherever it is', 'key = "fake-key"'],
])('a sample with an API key %s is refused, and the key is not repeated', async (_, text) => {
	const { fields, emptyFieldsNotice } = await columnsWith(`${SAMPLE}\n${text}`);
	expect(fields).toEqual([]);
	expect(emptyFieldsNotice).toMatch(/^'Sample Request' contains an API key\./);
	expect(emptyFieldsNotice).not.toMatch(/3f2b8c1e|fake-key/);
	expect(fake.requests).toEqual([]);
});

test('then fields that are in use stay', async () => {
	const schema = [{ id: 'Topic', displayName: 'Topic', type: 'string', required: false }];
	const variables = { mappingMode: 'defineBelow', value: { Topic: 'x' }, schema };
	const asked = columnsWith(`${SAMPLE} x-copy-ai-api-key: abc123`, { variables } as never);
	await expect(asked).rejects.toThrow(/'Sample Request' contains an API key/);
});
