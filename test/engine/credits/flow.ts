import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { type FakeCopyAi, startFakeCopyAi } from '../../fakes/copyAi';
import { byId, type Execution, type NodeSettings, prepare } from '../harness';

export const three = [{ product: 'lamp' }, { product: 'chair' }, { product: 'desk' }];

export const CONTINUE: NodeSettings = { onError: 'continueRegularOutput' };

interface Flow {
	settings?: NodeSettings;
	items?: IDataObject[];
	batchSize?: number;
	operation?: 'start' | 'startAndWait';
	parameters?: INodeParameters;
}

/** The service of one test file, and a workflow that starts one run per product. */
export function creditsTests() {
	let fake: FakeCopyAi;
	beforeAll(async () => {
		fake = await startFakeCopyAi({ durationMs: 300 });
	});
	afterEach(() => fake.reset());
	afterAll(async () => await fake.close());

	return {
		get fake() {
			return fake;
		},
		flow(
			options: IDataObject,
			{ settings, items = three, batchSize, operation = 'startAndWait', parameters }: Flow = {},
		) {
			return prepare({
				credential: { apiKey: fake.settings.apiKey, baseUrl: fake.url },
				items,
				batchSize,
				settings: { waitBetweenTries: 50, ...settings },
				parameters: {
					resource: 'workflowRun',
					operation,
					workflowId: byId("={{ $json.workflow ?? 'WCFG-1' }}"),
					variablesInput: 'fields',
					variableFields: { variable: [{ name: 'Input 1', value: '={{ $json.product }}' }] },
					options: options as never,
					...parameters,
				},
			});
		},
		/** The products of all runs that were started, in the order of their starts. */
		started: () =>
			fake.runs.filter(({ fixedStatus }) => !fixedStatus).map(({ input }) => input['Input 1']),
		starts: () => fake.requests.filter(({ endpoint }) => endpoint === 'startRun').length,
	};
}

export function products(count: number): IDataObject[] {
	return Array.from({ length: count }, (_, n) => ({ product: `product ${n}` }));
}

/** What Executions > Retry with the currently saved workflow does, once its nodes were changed. */
export async function retryAs(
	changed: ReturnType<typeof prepare>,
	stopped: Execution,
): Promise<Execution> {
	const run = structuredClone(stopped.run);
	for (const task of run.data.executionData?.nodeExecutionStack ?? []) {
		task.node = changed.workflow.nodes[task.node.name];
	}
	return await changed.retry({ ...stopped, run });
}
