/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Passes requests on to one process after the other, as a load balancer does in front of n8n's webhook processes. */
export interface Balancer {
	/** `http://127.0.0.1:PORT/` */
	url: string;
	/** Where requests go: `http://127.0.0.1:5678`. */
	targets: string[];
	close(): Promise<void>;
}

export async function startBalancer(): Promise<Balancer> {
	const targets: string[] = [];
	let turn = 0;
	const server = createServer((incoming, outgoing) => {
		const target = targets[turn++ % targets.length];
		if (!target) {
			outgoing.writeHead(503).end();
			return;
		}
		const { method, headers, url } = incoming;
		const passed = request(`${target}${url}`, { method, headers, agent: false }, (answer) => {
			outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
			answer.pipe(outgoing);
		});
		passed.on('error', () => outgoing.writeHead(502).end());
		incoming.pipe(passed);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}/`,
		targets,
		close: async () => {
			const closed = new Promise((resolve) => server.close(resolve));
			server.closeAllConnections();
			await closed;
		},
	};
}
