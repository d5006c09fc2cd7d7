import type { IBuilderHint } from 'n8n-workflow';

/** What n8n's AI workflow builder reads about the node when it searches for nodes. n8n before 2.41 ignores it. */
export const builderHint: IBuilderHint = {
	searchHint:
		"Runs Copy.ai workflows. One node with the operation startAndWait does it all: it starts one run for each input item, waits for all of them and returns the finished runs in item order, each with the texts in 'output'. Don't build a loop of HTTP Request and Wait nodes for it: Copy.ai's own polling recipe starts, and bills, another run each time it checks the status. If rows can come again, set options.startKey, so that no row is paid for twice.",
	relatedNodes: [
		{
			nodeType: 'n8n-nodes-copy-ai.copyAiTrigger',
			relationHint: 'Starts a workflow when runs finish that were not started in the same workflow',
		},
	],
};
