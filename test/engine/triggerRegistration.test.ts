/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FakeCopyAi, startFakeCopyAi, type Webhook } from '../fakes/copyAi';
import { byId, Instance } from './triggerHarness';
import { useVirtualTime } from '../support/virtualTime';

useVirtualTime();

// Pauses and limits take a tenth of their time.
let fake: FakeCopyAi;

beforeAll(async () => void (fake = await startFakeCopyAi()));
afterEach(() => fake.reset());
afterAll(async () => await fake.close());

const three = ['workflowRun.completed', 'workflowRun.failed', 'workflowRun.started'];
const all = [...three, 'workflowCreditLimit.reached'];

/** An instance whose public address is a real one; the API URL is on loopback all the same. */
function instanceWith(events: string[] = ['workflowRun.completed'], workflow = 'WCFG-1') {
	return new Instance(fake, { parameters: { events, workflowId: byId(workflow) } });
}

/** What Copy.ai has, shortly: event, workflow, and where it goes. */
function registered(): string[] {
	return fake.webhooks
		.map(({ eventType, workflowId, url }) => `${eventType} ${workflowId} ${url.split('?')[0]}`)
		.sort();
}

/** Calls that change something, since the last time. */
function changes(): { created: number; deleted: number } {
	const { createWebhook, deleteWebhook } = fake.counts;
	const since = { created: createWebhook - seen.created, deleted: deleteWebhook - seen.deleted };
	seen = { created: createWebhook, deleted: deleteWebhook };
	return since;
}
let seen = { created: 0, deleted: 0 };
beforeEach(() => void (seen = { created: 0, deleted: 0 }));

function register(url: string, eventType = 'workflowRun.completed', workflowId?: string): Webhook {
	const before = new Set(fake.webhooks.map(({ id }) => id));
	fake.service.answer({
		method: 'POST',
		path: '/api/webhook',
		headers: { 'x-copy-ai-api-key': fake.settings.apiKey },
		body: { url, eventType, workflowId },
	});
	changes();
	return fake.webhooks.find(({ id }) => !before.has(id))!;
}

describe('switched on', () => {
	test('each chosen event gets one registration, for the chosen workflow', async () => {
		const instance = instanceWith(all);
		expect(await instance.activate()).toBe('created');
		expect(registered()).toEqual(
			[...all].sort().map((event) => `${event} WCFG-1 ${instance.address}`),
		);
	});

	test('without a workflow the registrations are for the whole workspace, and no workflow is sent', async () => {
		const instance = new Instance(fake, { parameters: { workflowId: byId('') } });
		await instance.activate();
		const bodies = fake.requests.flatMap(({ endpoint, body }) =>
			endpoint === 'createWebhook' ? [JSON.parse(String(body)) as object] : [],
		);
		expect(bodies.map((body) => Object.keys(body).sort())).toEqual([['eventType', 'url']]);
		expect(await instance.activate()).toBe('existed');
	});

	test('null in place of a missing workflow is the whole workspace too', async () => {
		fake.set({ unscopedWorkflowId: 'null' });
		const instance = new Instance(fake);
		await instance.activate();
		expect(await instance.activate()).toBe('existed');
	});

	test('the secret is random, is in the URL and nowhere in static data, and differs from node to node', async () => {
		const one = instanceWith();
		const other = new Instance(fake, { publicUrl: 'https://other.example.com/' });
		await one.activate();
		await other.activate();
		const tokens = fake.webhooks.map(({ url }) => new URL(url).searchParams.get('token'));
		expect(tokens).toEqual([one.token, other.token]);
		for (const token of tokens) {
			expect(JSON.stringify([one.staticData, other.staticData])).not.toContain(token);
		}
		expect(tokens[0]).not.toBe(tokens[1]);
		for (const token of tokens) expect(token).toMatch(/^[\w-]{43}$/);
		expect(one.state.webhookIds).toEqual([fake.webhooks[0].id]);
	});

	test.each(['forbiddenEmpty', 'unauthorizedHtml'] as const)(
		'if the third registration is met with %s, the first two are removed again',
		async (kind) => {
			fake.set({ faults: [{ kind, on: ['createWebhook'], skip: 2 }] });
			await expect(instanceWith(three).create()).rejects.toThrow(/workflowRun\.started/);
			expect(fake.webhooks).toEqual([]);
			expect(changes()).toEqual({ created: 3, deleted: 2 });
		},
	);

	test('one that was made before and can not be removed again is named', async () => {
		fake.set({
			faults: [
				{ kind: 'forbiddenEmpty', on: ['createWebhook'], skip: 1 },
				{ kind: 'forbiddenEmpty', on: ['deleteWebhook'] },
			],
		});
		const fault = await instanceWith(three)
			.create()
			.catch((error: Error) => error);
		expect(fake.webhooks).toHaveLength(1);
		expect(String(fault)).toContain(fake.webhooks[0].id);
	});

	test('what was there before stays when something new can not be registered', async () => {
		const instance = instanceWith(['workflowRun.completed']);
		await instance.activate();
		const before = fake.webhooks;
		instance.parameters.events = three;
		fake.set({ faults: [{ kind: 'forbiddenEmpty', on: ['createWebhook'] }] });
		await expect(instance.create()).rejects.toThrow();
		expect(fake.webhooks).toEqual(before);
	});

	test.each([
		'resetAfter',
		'serverErrorAfter',
		'badGatewayAfter',
		'truncatedAfter',
		'emptyAfter',
		'htmlAfter',
	] as const)('an answer lost to %s leaves one registration per event', async (kind) => {
		fake.set({ faults: [{ kind, on: ['createWebhook'], times: 1 }] });
		const instance = instanceWith(three);
		await instance.activate();
		expect(fake.webhooks.map(({ eventType }) => eventType).sort()).toEqual([...three].sort());
		expect(await instance.isUpToDate()).toBe(true);
	});

	test.each(['tooManyRequests', 'serverErrorBefore', 'resetBefore'] as const)(
		'%s passes',
		async (kind) => {
			fake.set({ faults: [{ kind, times: 2 }] });
			const instance = instanceWith();
			await instance.activate();
			expect(fake.webhooks).toHaveLength(1);
		},
	);

	test('a workflow that does not exist is refused, with what to check', async () => {
		const fault = await instanceWith(three, 'WCFG-missing')
			.activate()
			.catch((error: Error) => error);
		expect(fault).toMatchObject({
			message: expect.stringContaining('404') as unknown,
			description: expect.stringContaining('workflow') as unknown,
		});
		expect(fake.webhooks).toEqual([]);
	});

	test.each([
		[{ events: [] }, /'Events'/],
		[{ workflowId: byId('https://app.copy.ai/') }, /'Workflow'/],
	])('parameters %j are refused before anything is sent, by name', async (parameters, name) => {
		const instance = new Instance(fake, { parameters });
		await expect(instance.create()).rejects.toThrow(name);
		expect(fake.counts.total).toBe(0);
	});

	test('a rejected key is named as the reason, and neither key nor secret is shown', async () => {
		fake.set({ faults: [{ kind: 'unauthorizedHtml', on: ['createWebhook'] }] });
		const instance = instanceWith();
		const fault = (await instance.create().catch((error: Error) => error)) as Error & {
			description: string;
		};
		const said = `${fault.message} ${fault.description} ${instance.log.join()}`;
		expect(said).toMatch(/API key/);
		expect(said).not.toContain(fake.settings.apiKey);
		expect(said).not.toMatch(/token/i);
	});
});

describe('a public address that Copy.ai can not reach', () => {
	const real = 'https://api.copy.ai/api';

	test.each([
		'http://localhost:5678/',
		'http://127.0.0.1:5678/',
		'http://127.8.9.1/',
		'http://[::1]:5678/',
		'http://n8n.localhost/',
		'http://0.0.0.0:5678/',
	])('%s is refused, with what to set', async (publicUrl) => {
		const instance = new Instance(fake, { publicUrl, baseUrl: real });
		for (const act of ['isUpToDate', 'create'] as const) {
			await expect(instance[act]()).rejects.toMatchObject({
				// n8n shows nothing but the message.
				message: expect.stringContaining(
					`${new URL(publicUrl).origin}: set the environment variable WEBHOOK_URL`,
				) as unknown,
			});
		}
		expect(fake.counts.total).toBe(0);
	});

	test('is fine when the API URL is on loopback itself', async () => {
		const instance = new Instance(fake, { publicUrl: 'http://localhost:5678/' });
		await instance.activate();
		expect(fake.webhooks).toHaveLength(1);
	});
});

describe('switched on again', () => {
	test('nothing is changed when everything is right, over any number of pages', async () => {
		for (let n = 0; n < 230; n++) register(`https://someone.example.com/${n}`);
		const instance = instanceWith(three);
		await instance.activate();
		for (let n = 0; n < 30; n++) register(`https://someone.example.com/late/${n}`);
		changes();
		expect(await instance.activate()).toBe('existed');
		expect(changes()).toEqual({ created: 0, deleted: 0 });
	});

	test.each<[string, (instance: Instance) => unknown, ReturnType<typeof changes>]>([
		['nothing', () => {}, { created: 0, deleted: 0 }],
		[
			'the public address',
			(instance) => (instance.publicUrl = 'https://new.example.com/'),
			{ created: 3, deleted: 0 },
		],
		[
			'an event less',
			(instance) => (instance.parameters.events = three.slice(1)),
			{ created: 0, deleted: 1 },
		],
		['an event more', (instance) => (instance.parameters.events = all), { created: 1, deleted: 0 }],
		[
			'one event for another',
			(instance) => (instance.parameters.events = [...three.slice(1), all[3]]),
			{ created: 1, deleted: 1 },
		],
		[
			'the workflow',
			(instance) => (instance.parameters.workflowId = byId('WCFG-2')),
			{ created: 3, deleted: 3 },
		],
		[
			'no workflow any more',
			(instance) => (instance.parameters.workflowId = byId('')),
			{ created: 3, deleted: 3 },
		],
		['one deleted by hand', () => deleteByHand(0), { created: 1, deleted: 0 }],
		[
			'all deleted by hand',
			() => [0, 0, 0].forEach(() => deleteByHand(0)),
			{ created: 3, deleted: 0 },
		],
		[
			'static data lost, by renaming the node',
			(instance) => (instance.nodeName = 'Renamed'),
			{ created: 3, deleted: 3 },
		],
		[
			'one registered twice',
			(instance) => register(`${instance.address}?token=${instance.token}`, three[0], 'WCFG-1'),
			{ created: 0, deleted: 1 },
		],
		[
			'ids forgotten, registrations right',
			(instance) => (instance.state.webhookIds = []),
			{ created: 0, deleted: 0 },
		],
	])('after a change of %s exactly that is repaired', async (_, change, expected) => {
		const instance = instanceWith(three);
		await instance.activate();
		change(instance);
		changes();
		await instance.activate();
		expect(changes()).toEqual(expected);
		expect(await instance.isUpToDate()).toBe(true);
		const { events, workflowId } = instance.parameters as {
			events: string[];
			workflowId: { value: string };
		};
		const workflow = workflowId.value || undefined;
		const own = registered().filter((webhook) => webhook.endsWith(instance.address));
		expect(own).toEqual(
			[...events].sort().map((event) => `${event} ${workflow} ${instance.address}`),
		);
		expect(fake.webhooks.every(({ url }) => url.endsWith(`?token=${instance.token}`))).toBe(true);
	});

	test('a stale one that can not be removed is logged with its id, remembered, and removed next time', async () => {
		const instance = instanceWith();
		await instance.activate();
		const [stale] = fake.webhooks;
		instance.parameters.workflowId = byId('WCFG-2');
		fake.set({ faults: [{ kind: 'forbiddenEmpty', on: ['deleteWebhook'] }] });
		await instance.activate();
		expect(instance.log).toEqual([expect.stringMatching(new RegExp(`^error .*${stale.id}`))]);
		fake.set({ faults: [] });
		await instance.activate();
		expect(registered()).toEqual([`workflowRun.completed WCFG-2 ${instance.address}`]);
	});

	test('the secret stays: a delivery under way would put the old one back into static data', async () => {
		const instance = instanceWith();
		await instance.activate();
		const { salt, tokenDigest } = instance.state;
		await instance.deactivate();
		await instance.activate();
		expect(instance.state).toMatchObject({ salt, tokenDigest });
		expect(fake.webhooks[0].url).toContain(instance.token);
	});

	test('another API key makes another secret, and what was registered before is replaced', async () => {
		const instance = instanceWith();
		await instance.activate();
		const [before] = fake.webhooks;
		fake.set({ apiKey: 'another-key' });
		instance.credential!.apiKey = 'another-key';
		expect(await instance.isUpToDate()).toBe(false);
		await instance.activate();
		expect(fake.webhooks).toHaveLength(1);
		expect(fake.webhooks[0].url).toContain(instance.token);
		expect(fake.webhooks[0].url).not.toBe(before.url);
	});
});

describe('switched off', () => {
	test('all registrations are gone, and those of others are not touched', async () => {
		const near = 'https://n8n.example.com/webhook/a-webhook-id';
		const others = [
			'https://n8n.example.com/webhook/another-id/webhook?token=x',
			near,
			`${near}/webhook2`,
			`${near}/webhook/more`,
			'https://n8n.example.com/webhook-test/a-webhook-id/webhook',
			'http://n8n.example.com/webhook/a-webhook-id/webhook',
			'https://n8n.example.com:8443/webhook/a-webhook-id/webhook',
			'https://someone.example.com/?https://n8n.example.com/webhook/a-webhook-id/webhook',
		].map((url) => register(url, 'workflowRun.completed', 'WCFG-1'));
		const instance = instanceWith(three);
		await instance.activate();
		await instance.activate();
		expect(fake.webhooks).toHaveLength(others.length + 3);
		expect(await instance.deactivate()).toBe(true);
		expect(fake.webhooks).toEqual(others);
		expect(instance.state.webhookIds).toEqual([]);
	});

	test('one that is gone already is fine', async () => {
		const instance = instanceWith(three);
		await instance.activate();
		deleteByHand(1);
		expect(await instance.deactivate()).toBe(true);
		expect(fake.webhooks).toEqual([]);
		expect(instance.log).toEqual([]);
	});

	test.each(['resetAfter', 'serverErrorAfter', 'emptyAfter', 'serverErrorBefore'] as const)(
		'an answer lost to %s makes no difference',
		async (kind) => {
			const instance = instanceWith(three);
			await instance.activate();
			fake.set({ faults: [{ kind, on: ['deleteWebhook'], times: 2 }] });
			expect(await instance.deactivate()).toBe(true);
			expect(fake.webhooks).toEqual([]);
		},
	);

	test('one that can not be removed is logged with its id, and removed the next time', async () => {
		const instance = instanceWith(three);
		await instance.activate();
		fake.set({ faults: [{ kind: 'forbiddenEmpty', on: ['deleteWebhook'], skip: 2 }] });
		expect(await instance.deactivate()).toBe(false);
		const [left] = fake.webhooks;
		expect(fake.webhooks).toHaveLength(1);
		expect(instance.log).toEqual([expect.stringMatching(new RegExp(`^error .*${left.id}.*403`))]);
		fake.set({ faults: [] });
		expect(await instance.deactivate()).toBe(true);
		expect(fake.webhooks).toEqual([]);
	});

	test('when the credential is gone, every id is logged and stays in static data', async () => {
		const instance = instanceWith(three);
		await instance.activate();
		const ids = instance.state.webhookIds as string[];
		instance.credential = undefined;
		expect(await instance.deactivate()).toBe(false);
		expect(instance.log).toHaveLength(3);
		for (const id of ids) expect(instance.log.join()).toContain(id);
		expect(instance.state.webhookIds).toEqual(ids);
	});

	test('when Copy.ai lists nothing, what is remembered goes all the same', async () => {
		const instance = instanceWith(three);
		await instance.activate();
		fake.set({ faults: [{ kind: 'forbiddenEmpty', on: ['listWebhooks'] }] });
		expect(await instance.deactivate()).toBe(true);
		expect(fake.webhooks).toEqual([]);
		expect(instance.log).toEqual([expect.stringMatching(/^warn .*403/)]);
	});

	test('with static data lost, what leads to our address goes', async () => {
		const instance = instanceWith(three);
		await instance.activate();
		instance.staticData = {};
		await instance.deactivate();
		expect(fake.webhooks).toEqual([]);
	});

	test('with the public address changed, what points to the old one stays and is named, with what to do', async () => {
		const instance = instanceWith(three);
		await instance.activate();
		const { address } = instance;
		const before = fake.webhooks;
		instance.publicUrl = 'https://new.example.com/';
		expect(await instance.deactivate()).toBe(true);
		expect(fake.webhooks).toEqual(before);
		expect(instance.log).toHaveLength(3);
		for (const { id } of before) {
			const line = instance.log.find((text) => text.includes(id));
			expect(line).toMatch(/^warn .*If no other n8n instance uses it, delete it/);
			expect(line).toContain(address);
			expect(line).not.toContain(instance.token);
		}
	});
});

describe('another n8n instance with the same static data', () => {
	/** What a cloned database or an imported export makes of an instance. */
	function cloneOf(instance: Instance): Instance {
		const clone = new Instance(fake, {
			parameters: instance.parameters,
			publicUrl: 'https://clone.example.com/',
		});
		clone.staticData = JSON.parse(JSON.stringify(instance.staticData)) as never;
		return clone;
	}

	test('neither activating nor deactivating it takes the first one’s registrations', async () => {
		const instance = instanceWith(three);
		await instance.activate();
		const before = fake.webhooks;
		const clone = cloneOf(instance);
		await clone.activate();
		expect(fake.webhooks).toEqual([...before, ...fake.webhooks.slice(3)]);
		expect(fake.webhooks).toHaveLength(6);
		expect(clone.log).toHaveLength(3);
		for (const { id } of before) expect(clone.log.join()).toContain(id);

		// Said once.
		expect(await clone.activate()).toBe('existed');
		expect(clone.log).toHaveLength(3);
		await clone.deactivate();
		expect(fake.webhooks).toEqual(before);
		expect(await instance.isUpToDate()).toBe(true);
		expect(clone.log).toHaveLength(3);
	});

	test('deactivating it before it was active changes nothing', async () => {
		const instance = instanceWith(three);
		await instance.activate();
		const before = fake.webhooks;
		const clone = cloneOf(instance);
		await clone.deactivate();
		expect(fake.webhooks).toEqual(before);
		expect(clone.state.webhookIds).toEqual([]);
	});

	test.each(['forbiddenEmpty', 'serverErrorBefore'] as const)(
		'nor does it when the list meets %s',
		async (kind) => {
			const instance = instanceWith(three);
			await instance.activate();
			const before = fake.webhooks;
			fake.set({ faults: [{ kind, on: ['listWebhooks', 'getWebhook'] }] });
			const clone = cloneOf(instance);
			expect(await clone.deactivate()).toBe(false);
			expect(fake.webhooks).toEqual(before);
			expect(clone.state.webhookIds).toHaveLength(3);
		},
	);
});

describe('a credential that was changed', () => {
	/** Copy.ai, asked with a key of another workspace: it has none of the registrations. */
	async function toOtherWorkspace(instance: Instance): Promise<string[]> {
		await instance.activate();
		const ids = instance.state.webhookIds as string[];
		fake.reset();
		fake.set({ apiKey: 'another-key' });
		instance.credential!.apiKey = 'another-key';
		return ids;
	}

	test.each(['activate', 'deactivate'] as const)(
		'leaves registrations behind: %s says which, and what to do',
		async (act) => {
			const instance = instanceWith(three);
			const ids = await toOtherWorkspace(instance);
			await instance[act]();
			expect(instance.log).toEqual([expect.stringMatching(/^warn .*another API key.*Delete them/)]);
			for (const id of ids) expect(instance.log[0]).toContain(id);
			await instance[act]();
			expect(instance.log).toHaveLength(1);
		},
	);

	test('is not blamed for registrations that were deleted by hand', async () => {
		const instance = instanceWith(three);
		await instance.activate();
		deleteByHand(0);
		await instance.activate();
		deleteByHand(0);
		await instance.deactivate();
		expect(instance.log).toEqual([]);
	});
});

describe('the secret', () => {
	test.each<[string, (url: string, token: string) => unknown]>([
		['the URL', (url) => ({ url: [`${url} is not reachable`] })],
		['the encoded URL', (url) => ({ url: [encodeURIComponent(url)] })],
		['the secret alone', (_, token) => ({ token: [token] })],
		['a nested object', (url) => ({ url: [{ value: url, tried: [url] }] })],
		['a key', (url) => ({ [url]: ['no'] })],
	])('is in no message and no line of the log when Copy.ai echoes %s', async (_, detailsOf) => {
		const instance = instanceWith(three);
		await instance.activate();
		const { token, address } = instance;
		await instance.deactivate();
		// The salt, and so the secret, stays.
		const details = detailsOf(`${address}?token=${token}`, token);
		const echo = JSON.stringify({ status: 'error', errorCode: 'REQUEST_INVALID', details });
		const server = createServer((request, response) => {
			const isList = request.method === 'GET';
			response.writeHead(isList ? 200 : 422).end(isList ? '{"total":0,"data":[]}' : echo);
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const { port } = server.address() as AddressInfo;
		instance.credential!.baseUrl = `http://127.0.0.1:${port}/api`;
		const error = (await instance.create().catch((thrown: Error) => thrown)) as Error & {
			description: string;
		};
		server.close();
		expect(error.message).toMatch(/422.*\*\*\*/);
		const text = [error.message, error.description, JSON.stringify(error), ...instance.log].join();
		expect(text).not.toContain(token);
	});
});

describe('Listen for test event', () => {
	test('has a registration of its own and cleans up, whatever the active workflow has', async () => {
		const instance = instanceWith(three);
		await instance.activate();
		const active = fake.webhooks;
		const { url, stop } = await instance.listen();
		expect(url).toContain('/webhook-test/');
		expect(fake.webhooks).toHaveLength(6);
		expect(fake.webhooks.filter((webhook) => webhook.url.startsWith(url))).toHaveLength(3);
		await stop();
		expect(fake.webhooks).toEqual(active);
		expect(await instance.isUpToDate()).toBe(true);
	});

	test('what an editor that was killed has left behind goes with the next one', async () => {
		const instance = instanceWith(three);
		await instance.listen();
		const { stop } = await instance.listen();
		expect(fake.webhooks).toHaveLength(3);
		await stop();
		expect(fake.webhooks).toEqual([]);
	});
});

function deleteByHand(index: number): void {
	fake.service.answer({
		method: 'DELETE',
		path: `/api/webhook/${fake.webhooks[index].id}`,
		headers: { 'x-copy-ai-api-key': fake.settings.apiKey },
	});
}
