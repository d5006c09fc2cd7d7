import type { CopyAiWebhook, WebhookEvent } from '../../../nodes/CopyAi/api';
import { diffWebhooks } from '../../../nodes/CopyAiTrigger/registration';
import { isLoopback, isSameAddress, isUpToDate } from '../../../nodes/shared/trigger';

const url = 'https://n8n.example.com/webhook/1/webhook';
const token = 'secret';
const events: WebhookEvent[] = ['workflowRun.completed', 'workflowRun.failed'];
const wanted = { url, token, events, workflowId: 'WCFG-1' };

function webhook(id: string, change: Partial<CopyAiWebhook> = {}): CopyAiWebhook {
	return {
		id,
		url: `${url}?token=${token}`,
		eventType: events[0],
		workflowId: 'WCFG-1',
		...change,
	};
}

const both = [webhook('a'), webhook('b', { eventType: events[1] })];
const ids = (webhooks: CopyAiWebhook[]) => webhooks.map(({ id }) => id);

test('with nothing there, one registration per event is made', () => {
	expect(diffWebhooks([], [], wanted).create).toEqual(
		events.map((eventType) => ({
			url: `${url}?token=${token}`,
			eventType,
			workflowId: 'WCFG-1',
		})),
	);
});

test('without a workflow none is named', () => {
	const { create } = diffWebhooks([], [], { ...wanted, workflowId: undefined });
	expect(create.every((request) => !('workflowId' in request))).toBe(true);
});

test.each<[string, Partial<CopyAiWebhook>]>([
	['secret', { url: `${url}?token=other` }],
	['event', { eventType: 'workflowRun.started' }],
	['workflow', { workflowId: 'WCFG-2' }],
	['workflow, being for all', { workflowId: null }],
])('one of another %s is replaced, and only that', (_, change) => {
	const { keep, create, remove } = diffWebhooks(
		[webhook('a', change), both[1]],
		['a', 'b'],
		wanted,
	);
	expect(ids(keep)).toEqual(['b']);
	expect(create.map(({ eventType }) => eventType)).toEqual([events[0]]);
	expect(ids(remove)).toEqual(['a']);
});

test.each<[string, string]>([
	['another host', `https://old.example.com/webhook/1/webhook?token=${token}`],
	['another path', `${url}/2?token=${token}`],
	['no URL', 'n8n'],
])('one that points to %s is never removed, whatever static data says', (_, address) => {
	const there = webhook('a', { url: address });
	const { keep, create, remove, elsewhere } = diffWebhooks(
		[there, both[1], webhook('z', { url: address })],
		['a', 'b'],
		wanted,
	);
	expect([ids(keep), ids(remove), ids(elsewhere)]).toEqual([['b'], [], ['a']]);
	expect(create.map(({ eventType }) => eventType)).toEqual([events[0]]);
});

test('with another n8n instance’s static data nothing of that instance is removed', () => {
	const other = { ...wanted, url: 'https://clone.example.com/webhook/1/webhook' };
	const { create, remove, elsewhere } = diffWebhooks(both, ['a', 'b'], other);
	expect(create).toHaveLength(2);
	expect([ids(remove), ids(elsewhere)]).toEqual([[], ['a', 'b']]);
});

test('ids that are not listed are named, and everything is not in place then', () => {
	const diff = diffWebhooks(both, ['a', 'b', 'gone'], wanted);
	expect(diff.unlisted).toEqual(['gone']);
	expect(isUpToDate(diff, ['a', 'b', 'gone'])).toBe(false);
});

test('of two that are right the remembered one is kept', () => {
	const { keep, create, remove } = diffWebhooks([webhook('x'), ...both], ['a', 'b'], wanted);
	expect([ids(keep), create, ids(remove)]).toEqual([['a', 'b'], [], ['x']]);
});

test('everything is in place only when it is all there, all right and all remembered', () => {
	const inPlace = (listed: CopyAiWebhook[], remembered: string[]) =>
		isUpToDate(diffWebhooks(listed, remembered, wanted), remembered);
	expect(inPlace(both, ['a', 'b'])).toBe(true);
	expect(inPlace(both, ['a'])).toBe(false);
	expect(inPlace(both, ['a', 'b', 'c'])).toBe(false);
	expect(inPlace(both.slice(1), ['a', 'b'])).toBe(false);
	expect(inPlace([...both, webhook('x')], ['a', 'b'])).toBe(false);
});

test.each<[string, boolean, string]>([
	['our address', true, `${url}?token=old`],
	['our address without query', true, url],
	['our address, written otherwise', true, 'https://N8N.example.com:443/webhook/1/webhook#x'],
	['another path', false, `${url}/2`],
	['the beginning of our path', false, url.slice(0, -1)],
	['another host', false, 'https://n8n.example.org/webhook/1/webhook'],
	['another port', false, 'https://n8n.example.com:8443/webhook/1/webhook'],
	['another protocol', false, 'http://n8n.example.com/webhook/1/webhook'],
	['no URL', false, 'n8n'],
	['nothing', false, ''],
])('%s: ours is %s', (_, expected, address) => {
	expect(isSameAddress(address, url)).toBe(expected);
	// Its id in static data makes no difference.
	const { remove } = diffWebhooks([webhook('a', { url: address })], ['a'], {
		...wanted,
		events: [],
	});
	expect(remove).toHaveLength(expected ? 1 : 0);
});

test.each<[string, boolean]>([
	['http://localhost:5678/', true],
	['http://LOCALHOST./', true],
	['https://n8n.localhost/', true],
	['http://127.0.0.1:5678/', true],
	['http://127.255.255.254/', true],
	['http://127.1/', true],
	['http://0.0.0.0:5678/', true],
	['http://[::1]/', true],
	['http://[::]/', true],
	['http://[::ffff:127.0.0.1]/', true],
	['https://n8n.example.com/', false],
	['https://localhost.example.com/', false],
	['https://notlocalhost/', false],
	['http://128.0.0.1/', false],
	['http://10.0.0.1/', false],
	['http://[2001:db8::1]/', false],
	['https://api.copy.ai/api', false],
	['nothing', false],
])('%s leads to the machine itself: %s', (address, expected) => {
	expect(isLoopback(address)).toBe(expected);
});
