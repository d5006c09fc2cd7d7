/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { byId, execute, type TestCredential } from './harness';
import { useVirtualTime } from '../support/virtualTime';

useVirtualTime();

const marked = 'marked-key-0123456789';
const other = { hits: 0 };
let servers: Server[] = [];

/** A server on loopback that answers everything like this. */
async function answering(
	status: number,
	headers: Record<string, string>,
	body: string,
	seen = { hits: 0 },
): Promise<string> {
	const server = createServer((_, response) => {
		seen.hits++;
		response.writeHead(status, headers).end(body);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	servers.push(server);
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
}

afterEach(() => {
	servers.forEach((server) => server.close());
	servers = [];
});

const get = async (credential: TestCredential) =>
	await execute({
		credential,
		parameters: {
			resource: 'workflowRun',
			operation: 'get',
			workflowId: byId('W'),
			runId: byId('R'),
			simplify: false,
		},
	});

test.each([301, 302, 307, 308])(
	'a redirect (%i) to another host gets nothing: it is not followed',
	async (status) => {
		const target = await answering(200, {}, '{}', other);
		const baseUrl = await answering(status, { location: target }, '');
		const { error } = await get({ apiKey: marked, baseUrl });
		expect(error?.message).toContain("The 'API URL' redirects to another address");
		expect(other.hits).toBe(0);
	},
);

test('an answer that holds the key does not get it into the message', async () => {
	const details = JSON.stringify({
		status: 'error',
		errorCode: `X_${marked}`,
		details: { [marked]: [marked] },
	});
	const baseUrl = await answering(422, {}, details);
	const { error, run } = await get({ apiKey: marked, baseUrl });
	expect(error?.message).toContain('***');
	expect(JSON.stringify([error, run])).not.toContain(marked);
});

test('what comes out of the node is what came in, whatever the keys are called', async () => {
	const output = JSON.parse(
		'{"__proto__":"p","constructor":"c","error":"e","json":{"json":1},"toString":"t","a.b":"d"}',
	);
	const many = Object.fromEntries(
		Array.from({ length: 10_000 }, (_, n) => [`key ${n}`, 'x'.repeat(100)]),
	);
	const body = JSON.stringify({
		data: { id: 'R', status: 'COMPLETE', output: { ...output, many } },
	});
	const baseUrl = await answering(200, {}, body);
	const { json, error } = await get({ apiKey: marked, baseUrl });
	expect(error).toBeUndefined();
	expect(json[0].output).toMatchObject({ error: 'e', json: { json: 1 }, 'a.b': 'd' });
	expect(Object.keys((json[0].output as { many: object }).many)).toHaveLength(10_000);
	expect(json[0]).not.toHaveProperty('error');
});

test('a text of 20 MB comes through', async () => {
	const text = 'long '.repeat(4_000_000);
	const baseUrl = await answering(
		200,
		{},
		JSON.stringify({ data: { id: 'R', status: 'COMPLETE', output: { text } } }),
	);
	const { json } = await get({ apiKey: marked, baseUrl });
	expect((json[0].output as { text: string }).text).toHaveLength(text.length);
});

test('a list that never ends and lies about its total ends with the limit', async () => {
	let next = 0;
	const server = createServer((_, response) => {
		const data = Array.from({ length: 100 }, () => ({
			id: `WRUN-${next++}`,
			status: 'COMPLETE',
			output: {},
		}));
		response.end(JSON.stringify({ data: { total: 1e9, data } }));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	servers.push(server);
	const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
	const { json } = await execute({
		credential: { apiKey: marked, baseUrl },
		parameters: { resource: 'workflowRun', operation: 'getAll', workflowId: byId('W'), limit: 250 },
	});
	expect(json).toHaveLength(250);
	expect(next).toBe(300);
});

test('a list that repeats itself for ever ends too', async () => {
	const data = Array.from({ length: 100 }, (_, n) => ({
		id: `WRUN-${n}`,
		status: 'COMPLETE',
		output: {},
	}));
	const baseUrl = await answering(200, {}, JSON.stringify({ data: { total: '1', data } }));
	const { json } = await execute({
		credential: { apiKey: marked, baseUrl },
		parameters: {
			resource: 'workflowRun',
			operation: 'getAll',
			workflowId: byId('W'),
			returnAll: true,
		},
	});
	expect(json).toHaveLength(100);
});
