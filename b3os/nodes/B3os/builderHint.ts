import type { IBuilderHint } from 'n8n-workflow';

/** What n8n's AI workflow builder reads about the node when it searches for nodes. n8n before 2.41 ignores it. */
export const builderHint: IBuilderHint = {
	searchHint:
		"Runs B3OS workflows. One node with the operation startAndWait does it all: it starts one run for each input item, waits for all of them and returns the finished runs in item order, each with 'output'. Don't build a loop of HTTP Request and Wait nodes for it. If rows can come again, set options.runId, so that no transaction is made twice.",
	relatedNodes: [
		{
			nodeType: 'n8n-nodes-b3os.b3osTrigger',
			relationHint: 'Starts a workflow when runs finish, fail or wait for an approval',
		},
	],
};
