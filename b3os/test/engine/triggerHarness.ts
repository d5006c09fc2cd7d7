/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import '../../../test/support/n8nEnvironment';
import { PollContext } from 'n8n-core';
import {
	type IDataObject,
	type INode,
	type INodeParameters,
	type INodeTypes,
	type IPollFunctions,
	type IWorkflowExecuteAdditionalData,
	Workflow,
	type WorkflowActivateMode,
} from 'n8n-workflow';
import type { B3osApi as B3osApiClass } from '../../credentials/B3osApi.credentials';
import type { B3osTrigger as B3osTriggerClass } from '../../nodes/B3osTrigger/B3osTrigger.node';
import { asJson, credentialsHelper, recordLog } from '../../../test/engine/triggerContext';
import { loadPackage } from '../../../test/support/packageUnderTest';
import type { FakeB3os } from '../fakes/b3os';

const { B3osApi, B3osTrigger } = loadPackage<{
	B3osApi: new () => B3osApiClass;
	B3osTrigger: new () => B3osTriggerClass;
}>('b3os');

const trigger = new B3osTrigger();
const nodeTypes: INodeTypes = {
	getByName: () => trigger,
	getByNameAndVersion: () => trigger,
	getKnownTypes: () => ({}),
};

/**
 * An active workflow with a B3OS Trigger, in n8n's own context for polls. Static data is kept as n8n 1 keeps it: it is
 * loaded when the workflow is activated and when n8n starts, and saved after that and with each execution.
 */
export class PollingInstance {
	staticData: IDataObject = {};
	/** Items of the executions, in order. */
	readonly items: IDataObject[] = [];
	readonly executions: number[] = [];
	readonly log: string[] = [];
	private workflow: Workflow | undefined;
	private context: IPollFunctions | undefined;

	constructor(
		private readonly fake: FakeB3os,
		public parameters: INodeParameters = {},
	) {}

	/** Loads the workflow and polls for the first time. @throws what the poll throws */
	async start(mode: WorkflowActivateMode): Promise<void> {
		this.workflow = this.load();
		this.context = this.contextOf(this.workflow, 'trigger', mode);
		await this.poll();
		this.save();
	}

	/** One poll, as n8n makes it each minute. @returns how many items it output */
	async poll(): Promise<number> {
		if (!this.context) throw new Error('The workflow is not active');
		const output = await trigger.poll.call(this.context);
		if (output === null) return 0;
		this.save();
		this.items.push(...output[0].map(({ json }) => json));
		this.executions.push(output[0].length);
		return output[0].length;
	}

	/** Lets time pass, with a poll every `interval` minutes. */
	async pass(minutes: number, interval = 1): Promise<void> {
		for (let minute = 0; minute < minutes; minute += interval) {
			await new Promise((resolve) => setTimeout(resolve, interval * 60_000));
			await this.poll();
		}
	}

	/** Fetch Test Event. */
	async fetchTestEvent(): Promise<IDataObject[]> {
		const output = await trigger.poll.call(this.contextOf(this.load(), 'manual', 'manual'));
		return (output?.[0] ?? []).map(({ json }) => json);
	}

	get ids(): unknown[] {
		return this.items.map(({ id }) => id);
	}

	private save(): void {
		this.staticData = asJson(this.workflow?.staticData ?? {});
	}

	private load(): Workflow {
		const node: INode = {
			id: '1',
			name: 'B3OS Trigger',
			type: 'n8n-nodes-b3os.b3osTrigger',
			typeVersion: 1,
			position: [0, 0],
			parameters: { events: ['run.completed'], ...this.parameters },
			credentials: { b3osApi: { id: '1', name: 'B3OS' } },
		};
		return new Workflow({
			id: 'wf',
			nodes: [node],
			connections: {},
			active: true,
			nodeTypes,
			staticData: asJson(this.staticData),
			settings: {},
		});
	}

	private contextOf(
		workflow: Workflow,
		mode: 'trigger' | 'manual',
		activation: WorkflowActivateMode,
	) {
		const { nodes } = workflow;
		const context = new PollContext(
			workflow,
			nodes['B3OS Trigger'],
			this.additionalData(),
			mode,
			activation,
		);
		recordLog(context, this.log);
		return context;
	}

	private additionalData(): IWorkflowExecuteAdditionalData {
		const { fake } = this;
		return {
			variables: {},
			credentialsHelper: credentialsHelper(new B3osApi(), () => ({
				apiKey: fake.service.settings.apiKey,
				baseUrl: fake.url,
			})),
		} as unknown as IWorkflowExecuteAdditionalData;
	}
}
