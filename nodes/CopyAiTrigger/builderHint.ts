import type { IBuilderHint } from 'n8n-workflow';

/** What n8n's AI workflow builder reads about the trigger when it searches for nodes. n8n before 2.41 ignores it. */
export const builderHint: IBuilderHint = {
	searchHint:
		"Starts a workflow when Copy.ai runs start, complete or fail, or a credit limit is reached. Returns one item per event, with 'event', 'verified' and the run; the texts are in 'output'. Not needed to get the output of runs that the same workflow starts: use the Copy.ai node with the operation startAndWait for that.",
	relatedNodes: [
		{
			nodeType: 'n8n-nodes-copy-ai.copyAi',
			relationHint: 'Starts runs and waits for their output',
		},
		{
			nodeType: 'n8n-nodes-base.removeDuplicates',
			relationHint: 'Keeps an event that is repeated much later from being processed twice',
		},
	],
};
