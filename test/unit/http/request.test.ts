/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { createServer as createTcpServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { copyAiHttp, endpoints } from '../../../nodes/CopyAi/api';
import { createRequest } from '../../../nodes/shared/http';
import { contextFor, listen, type Loopback, ManualClock, serve } from './loopback';

const MB = 1024 * 1024;
const run = { data: { id: 'R', status: 'COMPLETE', output: { text: 'Hi' } } };

let servers: Loopback[] = [];

afterEach(async () => {
	await Promise.all(servers.map(async (server) => await server.close()));
	servers = [];
});

async function started(server: Promise<Loopback>): Promise<Loopback> {
	servers.push(await server);
	return await server;
}

/** Waits for what happens in the network, which has no virtual time. */
async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
	const began = Date.now();
	while (!(await isTrue())) {
		if (Date.now() - began > 20_000) throw new Error('It did not happen');
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}

const apiOf = async (server: Loopback, clock = new ManualClock(), signal?: AbortSignal) =>
	await endpoints(contextFor(server.url, signal), clock);

describe('the work of a call ends with its bounds', () => {
	test.each([
		[200, 'dripping'],
		[429, 'dripping'],
		[200, 'stalled'],
		[429, 'stalled'],
		[200, 'absent'],
	])('15 answers (%i) that are %s are closed at the time limit', async (status, how) => {
		const server = await started(
			serve((_, response) => {
				if (how === 'absent') return;
				response.writeHead(status, { 'content-type': 'application/json' }).write('{');
				if (how === 'stalled') return;
				const drip = setInterval(() => response.write(' '), 5);
				response.on('close', () => clearInterval(drip));
			}),
		);
		const clock = new ManualClock();
		const api = await apiOf(server, clock);
		const answers = Array.from({ length: 15 }, async () => await api.getRun('W', 'R'));
		await until(async () => (await server.open()) === 15);
		await new Promise((resolve) => setTimeout(resolve, 100));
		clock.pass();
		for (const answer of await Promise.all(answers)) {
			expect(answer).toMatchObject(
				status === 200
					? { kind: 'indeterminate', error: { message: expect.stringContaining('timed out') } }
					: { kind: 'retryable', error: { httpCode: 429 }, retryAfterMs: 1000 },
			);
		}
		await until(async () => (await server.open()) === 0);
	});

	test('an answer that begins after the time limit is closed', async () => {
		let begin: (() => void) | undefined;
		const server = await started(
			serve((_, response) => {
				begin = () => void response.write('{');
			}),
		);
		const clock = new ManualClock();
		const api = await apiOf(server, clock);
		const answer = api.getRun('W', 'R');
		await until(() => begin !== undefined);
		clock.pass();
		expect((await answer).kind).toBe('indeterminate');
		begin?.();
		await until(async () => (await server.open()) === 0);
	});

	test('Stop closes a dripping answer', async () => {
		const server = await started(serve((_, response) => response.write('{')));
		const stop = new AbortController();
		const api = await apiOf(server, new ManualClock(), stop.signal);
		const answer = api.getRun('W', 'R');
		await until(async () => (await server.open()) === 1);
		await new Promise((resolve) => setTimeout(resolve, 50));
		stop.abort();
		expect(await answer).toEqual({ kind: 'aborted' });
		await until(async () => (await server.open()) === 0);
	});

	test('an endless answer is closed at 64 MB', async () => {
		let sent = 0;
		const chunk = Buffer.alloc(MB, ' ');
		const server = await started(
			serve((_, response) => {
				const more = () => {
					while (!response.destroyed) {
						sent++;
						if (!response.write(chunk)) return;
					}
				};
				response.on('drain', more);
				more();
			}),
		);
		const api = await apiOf(server);
		expect(await api.getRun('W', 'R')).toMatchObject({
			kind: 'rejected',
			error: { message: 'Copy.ai returned more than 64 MB when reading run R of workflow W' },
		});
		await until(async () => (await server.open()) === 0);
		expect(sent).toBeLessThan(80);
		// A start may have worked, whatever is wrong with the answer.
		expect((await api.startRun('W', {}, {})).kind).toBe('indeterminate');
	});

	test('400 MB in 400 kB of gzip are cut at 64 MB', async () => {
		const member = gzipSync(Buffer.alloc(4 * MB, ' '));
		const bomb = Buffer.concat(Array.from({ length: 100 }, () => member));
		const server = await started(
			serve((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)),
		);
		const before = process.memoryUsage().rss;
		const answer = await (await apiOf(server)).listRuns('W', 1, 100);
		expect(answer).toMatchObject({
			kind: 'rejected',
			error: { message: expect.stringContaining('more than 64 MB') },
		});
		expect(process.memoryUsage().rss - before).toBeLessThan(300 * MB);
		await until(async () => (await server.open()) === 0);
	});

	test('an error page that never ends is cut early, and its status counts', async () => {
		let sent = 0;
		const chunk = Buffer.alloc(MB / 4, 'x');
		const server = await started(
			serve((_, response) => {
				response.writeHead(503);
				const more = () => {
					while (!response.destroyed) {
						sent++;
						if (!response.write(chunk)) return;
					}
				};
				response.on('drain', more);
				more();
			}),
		);
		expect(await (await apiOf(server)).getRun('W', 'R')).toMatchObject({
			kind: 'indeterminate',
			error: { httpCode: 503 },
		});
		expect(sent).toBeLessThan(60);
	});

	test('a full page of 100 runs with 500 kB each is read', async () => {
		const text = 'é'.repeat(250_000);
		const data = Array.from({ length: 100 }, (_, n) => ({ id: `R${n}`, output: { text } }));
		const body = gzipSync(`\ufeff${JSON.stringify({ data: { total: 100, data } })}`, { level: 1 });
		const server = await started(
			serve((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(body)),
		);
		const page = await (await apiOf(server)).listRuns('W', 1, 100);
		expect(page.kind === 'ok' && page.value.items.at(-1)?.output).toEqual({ text });
	});
});

describe('what is wrong with the connection is said, and final where it stays wrong', () => {
	test.each<[what: string, server: () => Promise<Loopback>, kind: string, text: string]>([
		[
			'HTTPS on a port for HTTP',
			async () => {
				const plain = await serve((_, response) => response.end());
				return { ...plain, url: plain.url.replace('http:', 'https:') };
			},
			'rejected',
			"the server doesn't use HTTPS",
		],
		[
			'a failed handshake',
			async () => await listen(createTlsServer({}), 'https'),
			'rejected',
			'no secure connection could be set up (TLS handshake failed)',
		],
		[
			'a connection that ends during the handshake',
			async () =>
				await listen(
					createTcpServer((socket) => socket.destroy()),
					'https',
				),
			'retryable',
			'connection closed before it was secure',
		],
		[
			'a server that does not speak HTTP',
			async () =>
				await listen(
					createTcpServer((socket) => socket.end('\x15\x03\x01\x00\x02\x02\x46')) as never,
				),
			'rejected',
			"the server doesn't use HTTP",
		],
		[
			'a connection that ends before an answer',
			async () => await serve((request) => request.socket.destroy()),
			'indeterminate',
			'connection reset',
		],
		[
			'a cut answer',
			async () =>
				await serve((request, response) => {
					response.writeHead(200, { 'content-length': '100' }).write('{"data":');
					setImmediate(() => request.socket.destroy());
				}),
			'indeterminate',
			'connection reset',
		],
	])(
		'%s',
		async (_, server, kind, text) => {
			const api = await apiOf(await started(server()));
			expect(await api.startRun('W', {}, {})).toMatchObject({
				kind,
				error: { message: `Couldn't reach Copy.ai when starting a run of workflow W: ${text}` },
			});
		},
		60_000,
	);

	test.each<[status: number, body: string, text: string]>([
		[407, '', 'The proxy requires authentication'],
		[400, '<h1>The plain HTTP request was sent to HTTPS port</h1>', 'The server requires HTTPS'],
		[400, 'Client sent an HTTP request to an HTTPS server.\n', 'The server requires HTTPS'],
	])('status %i %s', async (status, body, text) => {
		const server = await started(serve((_, response) => response.writeHead(status).end(body)));
		expect(await (await apiOf(server)).startRun('W', {}, {})).toMatchObject({
			kind: 'rejected',
			error: { message: expect.stringContaining(text) },
		});
	});
});

describe('a web page in place of an answer', () => {
	const page = '<!DOCTYPE html><title>Welcome</title>';
	const answering = async (bodies: string[]) => {
		const paths: string[] = [];
		const server = await started(
			serve((request, response) => {
				paths.push(request.url!);
				response.end(bodies[Math.min(paths.length, bodies.length) - 1]);
			}),
		);
		return { api: await apiOf(server), paths };
	};

	test('at an address that has no API ends a start at once and names the API URL', async () => {
		const { api, paths } = await answering([page]);
		const starts = Array.from({ length: 5 }, async () => await api.startRun('W', {}, {}));
		for (const answer of await Promise.all(starts)) {
			expect(answer).toMatchObject({
				kind: 'rejected',
				error: {
					message: expect.stringContaining("The 'API URL' in the credential returned a web page"),
				},
			});
		}
		// One look for an API is enough for all.
		expect(paths.filter((path) => path.includes('/webhook'))).toHaveLength(1);
	});

	test('at an address that has an API leaves open whether the start worked', async () => {
		const { api } = await answering([page, '{"total":0,"data":[]}']);
		expect((await api.startRun('W', {}, {})).kind).toBe('indeterminate');
	});

	test.each([
		['JSON of another service', '{"ok":true}'],
		['a list', '[{"id":"WRUN-1"}]'],
		['a text', 'Hello'],
	])('%s at an address that is not of the service ends a start at once', async (_, body) => {
		const { api, paths } = await answering([body]);
		for (const answer of [await api.startRun('W', {}, {}), await api.startRun('W', {}, {})]) {
			expect(answer).toMatchObject({
				kind: 'rejected',
				error: {
					message: expect.stringContaining("returned a response that isn't one of Copy.ai"),
				},
			});
		}
		expect(paths.filter((path) => path.includes('/webhook'))).toHaveLength(1);
	});

	test.each([
		['nothing at all', ''],
		['JSON that was cut', '{"status":"success","data":{"id":"WR'],
		['JSON without an id, from the service', '{"status":"success","data":{}}'],
	])('%s leaves open whether the start worked', async (_, body) => {
		const { api } = await answering([body]);
		expect((await api.startRun('W', {}, {})).kind).toBe('indeterminate');
	});

	test('after a good answer leaves open whether the start worked, without asking', async () => {
		const { api, paths } = await answering([JSON.stringify(run), page]);
		expect((await api.getRun('W', 'R')).kind).toBe('ok');
		expect((await api.startRun('W', {}, {})).kind).toBe('indeterminate');
		expect(paths).toHaveLength(2);
	});
});

describe('nothing is thrown', () => {
	const cyclic: Record<string, unknown> = {};
	cyclic.self = cyclic;
	let deep: unknown = 'x';
	for (let level = 0; level < 100_000; level++) deep = [deep];

	test.each<[what: string, variables: Record<string, unknown>]>([
		['an object that contains itself', cyclic],
		['100,000 levels', { deep }],
		[
			'what throws when it is read',
			{
				toJSON: () => {
					throw new Error('no');
				},
			},
		],
	])('for %s in the variables: it is refused before anything is sent', async (_, variables) => {
		let hits = 0;
		const server = await started(
			serve((_, response) => {
				hits++;
				response.end();
			}),
		);
		expect(await (await apiOf(server)).startRun('W', variables, {})).toMatchObject({
			kind: 'rejected',
			error: {
				message: "The values can't be converted to JSON when starting a run of workflow W",
			},
		});
		expect(hits).toBe(0);
	});

	const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

	test.each<[what: string, status: number, body: string, kind: string, text: RegExp]>([
		['an output', 200, `{"data":{"id":"R","output":{"a":${nested(5000)}}}}`, 'ok', /./],
		[
			'a failed run',
			200,
			`{"data":{"id":"R","status":"FAILED","output":${nested(5000)}}}`,
			'ok',
			/./,
		],
		['an error', 200, `{"data":{"id":"R","status":"FAILED","error":${nested(5000)}}}`, 'ok', /./],
		['details', 422, `{"details":{"a":${nested(10_000)}}}`, 'rejected', /a: unknown reason/],
		['everything', 200, nested(100_000), 'indeterminate', /unreadable/],
		['a bad answer', 500, nested(100_000), 'indeterminate', /unavailable/],
	])('for %s of thousands of levels (status %i)', async (_, status, body, kind, text) => {
		const server = await started(
			serve(({ url }, response) => {
				if (url?.includes('/webhook')) response.end('{"total":0,"data":[]}');
				else response.writeHead(status).end(body);
			}),
		);
		const answer = await (await apiOf(server)).getRun('W', 'R');
		expect(answer.kind).toBe(kind);
		expect('error' in answer ? answer.error.message : 'fine').toMatch(text);
	});

	test.each([
		['as it is up to 200 levels', 195, (text: string) => JSON.parse(text) as unknown],
		['as JSON text beyond', 200, (text: string) => text],
	])('an output comes %s', async (_, levels, toExpected) => {
		const text = nested(levels);
		const body = `{"data":{"id":"R","output":{"a":${text},"b":1}}}`;
		const server = await started(serve((_, response) => response.end(body)));
		expect(await (await apiOf(server)).getRun('W', 'R')).toEqual({
			kind: 'ok',
			value: { id: 'R', output: { a: toExpected(text), b: 1 } },
		});
	});

	test('one deep run in a list leaves the others readable', async () => {
		const body = `{"data":{"data":[{"id":"R1","status":"COMPLETE","output":${nested(5000)}},{"id":"R2","output":{}}]}}`;
		const server = await started(serve((_, response) => response.end(body)));
		expect(await (await apiOf(server)).listRuns('W', 1, 100)).toEqual({
			kind: 'ok',
			value: {
				items: [
					{ id: 'R1', status: 'COMPLETE', output: nested(5000) },
					{ id: 'R2', output: {} },
				],
				isLast: true,
			},
		});
	});

	test('when the service finds nothing in an answer', async () => {
		const server = await started(serve((_, response) => response.end('{}')));
		const request = await createRequest(contextFor(server.url), copyAiHttp);
		const parse = () => {
			throw new TypeError('odd');
		};
		expect(await request({ method: 'POST', path: '/x', action: 'trying' }, parse)).toMatchObject({
			kind: 'indeterminate',
		});
	});
});

describe('no secret is shown', () => {
	test.each([0, 1, 5, 10, 20, 30])('where a text is cut %i characters into it', async (shift) => {
		const key = 'marked-key-0123';
		const reason = `${'x'.repeat(490 - shift)}${key}${'y'.repeat(500)}`;
		const body = JSON.stringify({ errorCode: 'E', details: { a: [reason] } });
		const server = await started(serve((_, response) => response.writeHead(422).end(body)));
		const answer = await (await apiOf(server)).startRun('W', {}, {});
		expect(JSON.stringify(answer)).not.toMatch(/marked|0123/);
	});

	test('neither the key in a run nor the secret of a trigger in an error', async () => {
		const body = JSON.stringify({
			errorCode: 'REQUEST_INVALID',
			details: { url: ['https://n8n.example/webhook/1?token=s3cret is invalid'] },
			data: {
				id: 'R',
				status: 'failed by marked-key-0123',
				error: 'marked-key-0123 was used up at https://x/?token=s3cret',
				'marked-key-0123': 1,
			},
		});
		let status = 422;
		const server = await started(serve((_, response) => response.writeHead(status).end(body)));
		const api = await apiOf(server);
		const refused = await api.createWebhook('https://n8n.example/webhook/1?token=s3cret', 'e');
		expect(JSON.stringify(refused)).not.toContain('s3cret');
		status = 200;
		expect(JSON.stringify(await api.getRun('W', 'R'))).not.toContain('0123');
	});
});
