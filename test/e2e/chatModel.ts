/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** A chat model that says what a script says: an HTTP server that speaks as OpenAI's does. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What the model is asked. */
export interface Turn {
	tools: ToolOffer[];
	/** What the tools called so far have answered, in order. */
	results: string[];
}

/** A tool as the model is told about it. */
export interface ToolOffer {
	name: string;
	description: string;
	/** JSON schema of its arguments. */
	parameters: { properties?: Record<string, { type?: string; description?: string }> };
}

/** What the model says: an answer, or tools to call with these arguments. */
export type Reply = string | Array<{ tool: string; args: Record<string, unknown> }>;

export interface ChatModel {
	/** With `/v1`, as n8n's OpenAI credential wants it. */
	url: string;
	/** Every turn so far. */
	turns: Turn[];
	/** Decides what it says from now on. */
	script: (turn: Turn) => Reply;
	close(): Promise<void>;
}

type Json = Record<string, unknown>;

export async function startChatModel(): Promise<ChatModel> {
	const server = createServer((request, response) => {
		void text(request).then((body) => {
			const path = request.url ?? '';
			const asked = (body ? JSON.parse(body) : {}) as Json;
			const dialect = dialects.find(({ route }) => path.endsWith(route));
			if (!dialect) {
				send(response, 200, { object: 'list', data: [{ id: 'scripted', object: 'model' }] });
				return;
			}
			const turn = dialect.read(asked);
			model.turns.push(turn);
			dialect.answer(response, model.script(turn), asked.stream === true);
		});
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const model: ChatModel = {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
		turns: [],
		script: () => 'Nothing to say.',
		close: async () => {
			server.close();
			server.closeAllConnections();
			await once(server, 'close');
		},
	};
	return model;
}

/** One of the two ways in which such a model is asked. */
interface Dialect {
	route: string;
	read(asked: Json): Turn;
	answer(response: ServerResponse, reply: Reply, isStream: boolean): void;
}

const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
let calls = 0;

const completions: Dialect = {
	route: '/chat/completions',
	read: (asked) => ({
		tools: list(asked.tools).map(({ function: offer }) => offer as ToolOffer),
		results: list(asked.messages)
			.filter(({ role }) => role === 'tool')
			.map(({ content }) => asText(content)),
	}),
	answer: (response, reply, isStream) => {
		const isText = typeof reply === 'string';
		const message = isText
			? { role: 'assistant', content: reply }
			: {
					role: 'assistant',
					content: null,
					tool_calls: reply.map(({ tool, args }, index) => ({
						index,
						id: `call_${++calls}`,
						type: 'function',
						function: { name: tool, arguments: JSON.stringify(args) },
					})),
				};
		const finish_reason = isText ? 'stop' : 'tool_calls';
		const head = { id: 'chat-1', created: 1, model: 'scripted' };
		if (!isStream) {
			const choices = [{ index: 0, message, finish_reason }];
			send(response, 200, { ...head, object: 'chat.completion', choices, usage });
			return;
		}
		const chunk = (choice: Json) => ({
			...head,
			object: 'chat.completion.chunk',
			choices: [{ index: 0, ...choice }],
		});
		const end = chunk({ delta: {}, finish_reason });
		stream(response, [chunk({ delta: message, finish_reason: null }), end, '[DONE]']);
	},
};

const responses: Dialect = {
	route: '/responses',
	read: (asked) => ({
		tools: list(asked.tools) as unknown as ToolOffer[],
		results: list(asked.input)
			.filter(({ type }) => type === 'function_call_output')
			.map(({ output }) => asText(output)),
	}),
	answer: (response, reply, isStream) => {
		const output =
			typeof reply === 'string'
				? [
						{
							type: 'message',
							id: 'msg_1',
							role: 'assistant',
							status: 'completed',
							content: [{ type: 'output_text', text: reply, annotations: [] }],
						},
					]
				: reply.map(({ tool, args }) => ({
						type: 'function_call',
						id: `fc_${++calls}`,
						call_id: `call_${calls}`,
						name: tool,
						arguments: JSON.stringify(args),
						status: 'completed',
					}));
		const whole = {
			id: 'resp_1',
			object: 'response',
			created_at: 1,
			model: 'scripted',
			status: 'completed',
			error: null,
			output,
			usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
		};
		if (!isStream) {
			send(response, 200, whole);
			return;
		}
		stream(response, [
			{ type: 'response.created', response: { ...whole, output: [] } },
			...output.map((item, output_index) => ({
				type: 'response.output_item.done',
				output_index,
				item,
			})),
			{ type: 'response.completed', response: whole },
		]);
	},
};

const dialects = [completions, responses];

function list(value: unknown): Json[] {
	return Array.isArray(value) ? (value as Json[]) : [];
}

function asText(content: unknown): string {
	return typeof content === 'string' ? content : JSON.stringify(content);
}

function send(response: ServerResponse, status: number, body: unknown): void {
	response.writeHead(status, { 'content-type': 'application/json' });
	response.end(JSON.stringify(body));
}

function stream(response: ServerResponse, events: unknown[]): void {
	response.writeHead(200, { 'content-type': 'text/event-stream' });
	for (const event of events) {
		response.write(`data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`);
	}
	response.end();
}
