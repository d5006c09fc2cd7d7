/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject, INodePropertyOptions } from 'n8n-workflow';
import { B3os } from '../../nodes/B3os/B3os.node';
import { byId } from '../../../test/engine/harness';
import { type FakeB3os, startFakeB3os } from '../fakes/b3os';
import { flow } from './nodeUnderTest';
import { useVirtualTime } from '../../../test/support/virtualTime';

useVirtualTime();

const home = join(__dirname, '../../nodes/B3os/__schema__/v1.0.0/workflowRun');

let fake: FakeB3os;

beforeAll(async () => {
	fake = await startFakeB3os({ durationMs: 50 });
});
afterEach(() => fake.reset());
afterAll(async () => await fake.close());

const operations = new B3os().description.properties
	.filter(({ name }) => name === 'operation')
	.flatMap(({ options }) => (options as INodePropertyOptions[]).map(({ value }) => String(value)));

test('every operation has a schema, and there are no others', () => {
	const files = operations.map((operation) => `${operation}.json`);
	expect(readdirSync(home).sort()).toEqual(files.sort());
});

test.each(operations)('%s puts out what its schema says', async (operation) => {
	const status = { cancel: 'waiting', retry: 'failure' }[operation] ?? 'success';
	const [run] = fake.service.seedRuns([{ status }]);
	const { json, error } = await flow(fake, operation, {
		runId: byId(run.id),
		variablesInput: 'json',
		options: { allowEmpty: true },
	}).execute();
	expect(error).toBeUndefined();
	const schema = JSON.parse(readFileSync(join(home, `${operation}.json`), 'utf8')) as {
		properties: IDataObject;
	};
	expect(Object.keys(json[0])).toEqual(Object.keys(schema.properties));
	for (const [name, { type }] of Object.entries(schema.properties as Record<string, IDataObject>)) {
		expect([name, typeof json[0][name]]).toEqual([name, type]);
	}
});
