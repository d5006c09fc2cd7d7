/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IConnections, IDataObject, INode, INodeProperties } from 'n8n-workflow';
import { byId } from '../../../test/engine/harness';
import { useVirtualTime } from '../../../test/support/virtualTime';
import { B3os } from '../../nodes/B3os/B3os.node';
import { type FakeB3os, startFakeB3os } from '../fakes/b3os';
import { flow } from './nodeUnderTest';

useVirtualTime();

const home = join(__dirname, '../../examples');
const names = readdirSync(home);
const read = (name: string) =>
	JSON.parse(readFileSync(join(home, name), 'utf8')) as {
		nodes: INode[];
		connections: IConnections;
	};
const ownNodes = ({ nodes }: { nodes: INode[] }) =>
	nodes.filter(({ type }) => type === 'n8n-nodes-b3os.b3os');

/** The fields of one operation. */
function fieldsOf(operation: unknown): INodeProperties[] {
	return new B3os().description.properties.filter(({ displayOptions }) =>
		displayOptions?.show?.operation?.includes(operation as string),
	);
}

let fake: FakeB3os;

beforeAll(async () => {
	fake = await startFakeB3os({ durationMs: 100 });
});
afterEach(() => fake.reset());
afterAll(async () => await fake.close());

describe.each(names)('example %s', (name) => {
	const example = read(name);

	test('connects nodes that are there, and holds no credential', () => {
		const known = example.nodes.map((node) => node.name);
		const targets = Object.values(example.connections).flatMap(({ main }) =>
			main.flatMap((outputs) => (outputs ?? []).map(({ node }) => node)),
		);
		expect(known).toEqual(
			expect.arrayContaining([...Object.keys(example.connections), ...targets]),
		);
		for (const { credentials = {} } of example.nodes) {
			expect(Object.values(credentials).every(({ id }) => id === '')).toBe(true);
		}
	});

	test('uses only fields and options that the node has', () => {
		expect(ownNodes(example).length).toBeGreaterThan(0);
		for (const { parameters } of ownNodes(example)) {
			const { resource, operation, options, ...own } = parameters;
			expect(resource).toBe('workflowRun');
			const fields = fieldsOf(operation);
			expect(fields.map((field) => field.name)).toEqual(expect.arrayContaining(Object.keys(own)));
			const known = fields.find((field) => field.name === 'options')?.options ?? [];
			expect(known.map((option) => option.name)).toEqual(
				expect.arrayContaining(Object.keys((options as IDataObject) ?? {})),
			);
		}
	});
});

test('a payout that waits is returned at once, then followed to its end, as one run', async () => {
	fake.service.set({ runRules: [{ durationMs: 3_600_000, wait: { triggerType: 'approval' } }] });
	const [payout, wait] = ownNodes(read('approval-in-the-middle.json'));
	const first = await flow(fake, 'startAndWait', asParameters(payout), { items: [{}] }).execute();
	expect(first.json[0]).toMatchObject({ status: 'waiting', waiting: [{ node: 'ask' }] });
	const { json } = await flow(
		fake,
		'wait',
		{
			runId: { __rl: true, mode: 'id', value: first.json[0].id },
			options: wait.parameters.options,
		},
		{ items: first.json },
	).execute();
	expect(json[0].status).toBe('success');
	expect(fake.service.runs).toHaveLength(1);
});

test('simulations are simulated, and the report is made once a day', async () => {
	const [simulate] = ownNodes(read('simulate-before-run.json'));
	const items = [{ token: 'ETH', amount: 1 }];
	await flow(fake, 'startAndWait', asParameters(simulate), { items }).execute();
	expect(fake.service.runs.map(({ simulate: isSimulated }) => isSimulated)).toEqual([true]);

	fake.reset();
	const [report] = ownNodes(read('scheduled-portfolio-report.json'));
	await flow(fake, 'startAndWait', asParameters(report)).execute();
	await flow(fake, 'startAndWait', asParameters(report)).execute();
	expect(fake.service.runs.map(({ id }) => id)).toEqual([
		expect.stringMatching(/^run_report_\d{4}_\d\d_\d\d$/),
	]);
});

/** Those of the example, for the fake's workflow. */
function asParameters({ parameters }: INode): IDataObject {
	return { ...(parameters as IDataObject), workflowId: byId('wf_swap') };
}
