import { getWebhooks } from '../../../nodes/CopyAi/methods/getWebhooks';
import { type FakeCopyAi, startFakeCopyAi } from '../../fakes/copyAi';
import { copyAiContext } from '../../support/copyAiContext';

let fake: FakeCopyAi;

beforeAll(async () => (fake = await startFakeCopyAi()));
afterEach(() => fake.reset());
afterAll(async () => await fake.close());

const list = async () => await getWebhooks.call(copyAiContext(fake.service));

test('webhooks are listed by event and address, without the secret of a trigger', async () => {
	await fetch(`${fake.url}/webhook`, {
		method: 'POST',
		headers: { 'x-copy-ai-api-key': fake.settings.apiKey },
		body: JSON.stringify({
			url: 'https://n8n.example.com/webhook/1?token=secret',
			eventType: 'workflowRun.completed',
		}),
	});
	const [{ id }] = fake.webhooks;
	expect(await list()).toEqual([
		{
			name: 'workflowRun.completed · https://n8n.example.com/webhook/1',
			value: id,
			description: `${id}, all workflows`,
		},
	]);
});

test('a key that is refused is said', async () => {
	fake.set({ forbidden: true });
	await expect(list()).rejects.toThrow(/API key doesn't have permission/);
});
