import type { IBuilderHint } from 'n8n-workflow';

/** What n8n's AI workflow builder reads about the trigger when it searches for nodes. n8n before 2.41 ignores it. */
export const builderHint: IBuilderHint = {
	searchHint:
		'Starts a workflow when B3OS runs start, finish, fail or wait. Not needed to get the output of runs that the same workflow starts: use the B3OS node with the operation startAndWait for that.',
	relatedNodes: [
		{
			nodeType: 'n8n-nodes-b3os.b3os',
			relationHint: 'Starts runs and waits for their output',
		},
	],
};
