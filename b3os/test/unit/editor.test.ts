import { searchRuns, searchWorkflows } from '../../nodes/B3os/methods/listSearch';
import { getVariables } from '../../nodes/B3os/methods/resourceMapping';
import { FakeService, triggerMark } from '../fakes/b3os';
import { b3osContext } from '../support/b3osContext';

const chosen = (id: string) => ({ workflowId: { __rl: true, mode: 'list', value: id } });

describe('the list of workflows', () => {
	test('shows those that can be run, with what is special about them', async () => {
		const { results } = await searchWorkflows.call(b3osContext(new FakeService()));
		expect(results).toEqual([
			{ name: 'The workflow swap', value: 'wf_swap' },
			{ name: 'The workflow report (draft open)', value: 'wf_report' },
			{ name: 'The workflow draft (draft)', value: 'wf_draft' },
			{ name: 'The workflow paused (paused)', value: 'wf_paused' },
		]);
	});

	test('searches by name, and goes on where a page ends', async () => {
		const service = new FakeService();
		const [first] = service.settings.workflows;
		const workflows = Array.from({ length: 120 }, (_, n) => ({ ...first, id: `wf_${n}` }));
		service.set({ workflows });
		const context = b3osContext(service);
		const ids: unknown[] = [];
		let token: unknown;
		do {
			const page = await searchWorkflows.call(context, 'SWAP', token as string | undefined);
			ids.push(...page.results.map(({ value }) => value));
			token = page.paginationToken;
		} while (token !== undefined);
		expect(ids).toEqual(workflows.map(({ id }) => id));
		expect((await searchWorkflows.call(context, 'no such')).results).toEqual([]);
	});
});

describe('the list of runs', () => {
	test('is that of the chosen workflow, newest first, and can be searched', async () => {
		const service = new FakeService();
		service.seedRuns([
			{ id: 'run_a', startedAt: '2026-01-01T10:00:00Z' },
			{ id: 'run_b', status: 'failure', startedAt: '2026-01-02T10:00:00Z' },
			{ id: 'run_c', workflowId: 'wf_report' },
		]);
		const context = b3osContext(service, chosen('wf_swap'));
		expect((await searchRuns.call(context)).results).toEqual([
			{ name: '2026-01-02 10:00 · run_b', value: 'run_b' },
			{ name: '2026-01-01 10:00 · run_a', value: 'run_a' },
		]);
		expect((await searchRuns.call(context, 'FAIL')).results).toHaveLength(1);
	});

	test('asks for a workflow first, and says what B3OS says', async () => {
		const service = new FakeService();
		await expect(searchRuns.call(b3osContext(service))).rejects.toThrow('Select a workflow first');
		await expect(searchRuns.call(b3osContext(service, chosen('wf_none')))).rejects.toThrow(
			/Not found: B3OS responded with 404/,
		);
	});
});

describe('the fields for the variables', () => {
	const fieldsOf = async (id: string) =>
		await getVariables.call(b3osContext(new FakeService(), chosen(id)));

	test('are the inputs that stand in the definition, with their types, required ones marked', async () => {
		const { fields } = await fieldsOf('wf_swap');
		expect(fields.map(({ id, type, required }) => [id, type, required])).toEqual([
			['token', 'string', true],
			['amount', 'number', false],
			['dry', 'boolean', false],
			['filter', 'object', false],
			['chains', 'array', false],
		]);
	});

	test("or those in the root node's JSON Schema", async () => {
		const { fields } = await fieldsOf('wf_report');
		expect(fields.map(({ id, type, required }) => [id, type, required])).toEqual([
			['days', 'number', true],
			['title', 'string', false],
		]);
	});

	test('or there are none, which is said, as it is when no workflow is chosen', async () => {
		expect(await fieldsOf('wf_draft')).toMatchObject({
			fields: [],
			emptyFieldsNotice: expect.stringContaining('declares no inputs'),
		});
		expect((await fieldsOf('')).emptyFieldsNotice).toContain('Select the workflow above');
	});

	test('in a tool are filled in by the model, which is told what the workflow says of them', async () => {
		const tool = 'n8n-nodes-b3os.b3osTool';
		const context = b3osContext(new FakeService(), chosen('wf_swap'), undefined, tool);
		const { fields } = await getVariables.call(context);
		const mark = '/*n8n-auto-generated-fromAI-override*/';
		const about = (name: string) => `What to put into the input '${name}' of the B3OS workflow`;
		expect(fields.map(({ defaultValue }) => defaultValue)).toEqual([
			`={{ ${mark} $fromAI('token', \`${about('token')}: What to look at\`, 'string') }}`,
			`={{ ${mark} $fromAI('amount', \`${about('amount')}\`, 'number') }}`,
			`={{ ${mark} $fromAI('dry', \`${about('dry')}\`, 'boolean') }}`,
			`={{ ${mark} $fromAI('filter', \`${about('filter')}\`, 'json') }}`,
			`={{ ${mark} $fromAI('chains', \`${about('chains')}\`, 'json') }}`,
		]);
		expect((await fieldsOf('wf_swap')).fields[0].defaultValue).toBeUndefined();
	});

	test("hold nothing of the trigger's secret", async () => {
		expect(JSON.stringify(await fieldsOf('wf_swap'))).not.toContain(triggerMark);
	});
});
