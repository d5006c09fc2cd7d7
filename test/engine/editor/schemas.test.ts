/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { IDataObject, INodePropertyOptions } from 'n8n-workflow';
import { CopyAi } from '../../../nodes/CopyAi/CopyAi.node';
import { byId, execute, type TestCredential } from '../harness';
import { DEFAULT_WORKFLOW, type FakeCopyAi, startFakeCopyAi } from '../../fakes/copyAi';
import { useVirtualTime } from '../../support/virtualTime';

useVirtualTime();

const home = join(__dirname, '../../../nodes/CopyAi/__schema__/v1.0.0');

let fake: FakeCopyAi;
let credential: TestCredential;

beforeAll(async () => {
	fake = await startFakeCopyAi({ durationMs: 50 });
	credential = { apiKey: fake.settings.apiKey, baseUrl: fake.url };
});
afterEach(() => fake.reset());
afterAll(async () => await fake.close());

const operations = new CopyAi().description.properties
	.filter(({ name }) => name === 'operation')
	.flatMap(({ displayOptions, options }) =>
		(options as INodePropertyOptions[]).map(({ value }) => [
			String(displayOptions?.show?.resource?.[0]),
			String(value),
		]),
	);

test('every operation has a schema, and there are no others', () => {
	const files = readdirSync(home, { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.json'))
		.map((file) => file.replaceAll(sep, '/'));
	const wanted = operations.map(([resource, operation]) => `${resource}/${operation}.json`);
	expect(files.sort()).toEqual(wanted.sort());
});

test.each(operations)('%s %s puts out what its schema says', async (resource, operation) => {
	const [run] = fake.seedRuns([{}]);
	const webhookId = await seedWebhook();
	const { json, error } = await execute({
		credential,
		parameters: {
			resource,
			operation,
			workflowId: byId(DEFAULT_WORKFLOW),
			runId: byId(run.id),
			variablesInput: 'fields',
			options: { allowEmpty: true },
			webhookId,
			webhookUrl: 'https://example.com/hook',
			event: 'workflowRun.completed',
		},
	});
	expect(error).toBeUndefined();
	const text = readFileSync(join(home, resource, `${operation}.json`), 'utf8');
	const { properties } = JSON.parse(text) as { properties: Record<string, { type: string }> };
	const types = Object.fromEntries(
		Object.entries(properties).map(([name, { type }]) => [name, type]),
	);
	expect(typesOf(json[0])).toEqual(types);
});

function typesOf(json: IDataObject): Record<string, string> {
	return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, typeof value]));
}

async function seedWebhook(): Promise<string> {
	const response = await fetch(`${fake.url}/webhook`, {
		method: 'POST',
		headers: { 'x-copy-ai-api-key': fake.settings.apiKey },
		body: JSON.stringify({
			url: 'https://example.com/hook',
			eventType: 'workflowRun.completed',
			workflowId: DEFAULT_WORKFLOW,
		}),
	});
	return ((await response.json()) as { data: { id: string } }).data.id;
}
