/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** The node search of n8n's AI workflow builder, as n8n's MCP server offers it. */
import assert from 'node:assert/strict';
import type { IBuilderHint } from 'n8n-workflow';
import type { N8nClient } from '../../scripts/n8n/client';
import { latestN8n } from '../../scripts/n8n/install';

interface ToolAnswer {
	error?: { message: string };
	result?: { content: Array<{ text: string }>; isError?: boolean };
}

export interface NodeSearch {
	/** Throws unless the hints are among what is found, each with its related nodes. */
	finds(queries: string[], hints: IBuilderHint[]): Promise<void>;
	/** What the builder reads of the parameters of Start and Wait. */
	typesOf(nodeId: string): Promise<string>;
}

/** @returns nothing where this n8n has no such search: an older one than the newest */
export async function openSearch(client: N8nClient): Promise<NodeSearch | undefined> {
	const { versionCli } = await client.request<{ versionCli: string }>('GET', '/settings');
	if (versionCli !== latestN8n) return undefined;
	await client.request('PATCH', '/mcp/settings', { mcpAccessEnabled: true });
	const { apiKey } = await client.request<{ apiKey: string }>('POST', '/mcp/api-key/rotate', {});
	return {
		finds: async (queries, hints) => {
			const found = await callTool(client, apiKey, 'search_nodes', { queries });
			for (const { searchHint = '', relatedNodes = [] } of hints) {
				assert.ok(searchHint !== '' && found.includes(searchHint), found);
				for (const { nodeType, relationHint } of relatedNodes) {
					assert.ok(found.includes(`${nodeType}: "${relationHint}"`), found);
				}
			}
		},
		typesOf: async (nodeId) =>
			await callTool(client, apiKey, 'get_node_types', {
				nodeIds: [{ nodeId, resource: 'workflowRun', operation: 'startAndWait' }],
			}),
	};
}

async function callTool(
	{ url }: N8nClient,
	key: string,
	name: string,
	args: Record<string, unknown>,
): Promise<string> {
	const response = await fetch(`${url}/mcp-server/http`, {
		method: 'POST',
		headers: {
			'content-type': 'application/json',
			accept: 'application/json, text/event-stream',
			authorization: `Bearer ${key}`,
		},
		body: JSON.stringify({
			jsonrpc: '2.0',
			id: 1,
			method: 'tools/call',
			params: { name, arguments: args },
		}),
	});
	const text = await response.text();
	// The only event of a stream, or the JSON alone.
	const [, data = text] = /^data: (.*)$/m.exec(text) ?? [];
	const { error, result } = JSON.parse(data) as ToolAnswer;
	assert.ok(result && !result.isError, error?.message ?? data);
	return result.content[0].text;
}
