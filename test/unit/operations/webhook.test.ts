import type { IExecuteFunctions } from 'n8n-workflow';
import { operations } from '../../../nodes/CopyAi/actions/webhook';
import * as api from '../../../nodes/CopyAi/api';
import { createService, type FakeService } from '../../fakes/copyAi';
import { copyAiContext } from '../../support/copyAiContext';

const url = 'https://n8n.example.com/webhook/copy-ai';
const parameters: Record<string, unknown> = { event: 'workflowRun.completed', workflowId: '' };

jest.mock('../../../nodes/CopyAi/api', (): unknown => ({
	...jest.requireActual<object>('../../../nodes/CopyAi/api'),
	maskTokens: jest.fn(jest.requireActual<typeof api>('../../../nodes/CopyAi/api').maskTokens),
}));

/** An operation's context for three items; item 1's webhook has the path /1. */
function contextFor(fake: FakeService, ids: string[] = []): IExecuteFunctions {
	const state = {};
	return {
		...copyAiContext(fake),
		getInputData: () => [0, 1, 2].map((n) => ({ json: { n } })),
		getNodeParameter: (name: string, item: number, otherwise: unknown) => {
			if (name === 'webhookUrl') return `${url}/${item}`;
			return name === 'webhookId' ? ids[item] : (parameters[name] ?? otherwise);
		},
		continueOnFail: () => true,
		getContext: () => state,
		getWorkflowDataProxy: () => ({ $runIndex: 0 }),
		getExecutionCancelSignal: () => undefined,
	} as unknown as IExecuteFunctions;
}

describe('Whatever is thrown for one webhook is the error of its item', () => {
	const { maskTokens } = jest.requireActual<typeof api>('../../../nodes/CopyAi/api');
	const throwForOne = (webhook: api.CopyAiWebhook) => {
		if (webhook.url === `${url}/1`) throw new RangeError('too deep');
		return maskTokens(webhook);
	};
	beforeEach(() => void jest.mocked(api.maskTokens).mockImplementation(throwForOne as never));

	test.each(['create', 'get'] as const)('%s', async (operation) => {
		const fake = createService();
		const created = await operations.create.execute.call(contextFor(fake));
		const ids = fake.webhooks.map(({ id }) => id);
		expect(ids).toHaveLength(3);
		const outputs =
			operation === 'create' ? created : await operations.get.execute.call(contextFor(fake, ids));
		expect(outputs.map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
		]);
		expect(outputs.map(({ json }) => json.id)).toEqual([ids[0], undefined, ids[2]]);
		expect(outputs[1].json.error).toMatchObject({ message: 'too deep [Item 1]' });
	});

	test('what was registered for it is not registered again by the next attempt', async () => {
		const fake = createService();
		const context = contextFor(fake);
		await operations.create.execute.call(context);
		jest.mocked(api.maskTokens).mockImplementation(maskTokens);
		const outputs = await operations.create.execute.call(context);
		expect(outputs.map(({ json }) => json.id)).toEqual(fake.webhooks.map(({ id }) => id));
		expect(fake.webhooks).toHaveLength(3);
	});
});
