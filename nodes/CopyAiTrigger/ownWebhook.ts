import type { IDataObject, ITriggerFunctions } from 'n8n-workflow';
import { clock, type JsonObject } from '../shared/http';
import { askProcesses, readState, type SharedMemory, tellStarted } from '../shared/trigger';

/** How long the trigger's own webhook may take to answer, ms. */
const QUESTION_TIMEOUT_MS = 10_000;
/** When static data is saved again, if it couldn't be, ms. */
const SAVE_DELAYS_MS = [0, 1_000, 5_000];

/** The trigger's own webhook, through which `trigger()` reaches n8n's other processes and n8n's static data. */
export class OwnWebhook {
	/** Keys of started events that may not be in n8n's static data. */
	private readonly unsaved = new Set<string>();

	constructor(
		private readonly context: ITriggerFunctions,
		private readonly token: string,
		private readonly apiKey: string,
	) {}

	/** @returns what all processes know; undefined if the webhook can't be reached */
	async ask(): Promise<SharedMemory | undefined> {
		return await askProcesses(async (body) => await this.send(body));
	}

	/** Records that an event was started, to be saved. */
	add(key: string): void {
		this.unsaved.add(key);
	}

	/** Saves what was added. What can't be saved now is the next time. */
	async save(): Promise<void> {
		for (const ms of SAVE_DELAYS_MS) {
			if (this.unsaved.size === 0) return;
			await clock.sleep(ms);
			const keys = [...this.unsaved];
			const isSaved = await this.send(tellStarted(keys, this.salt, this.apiKey)).then(
				() => true,
				() => false,
			);
			if (isSaved) for (const key of keys) this.unsaved.delete(key);
		}
	}

	private get salt(): string {
		return readState(this.context.getWorkflowStaticData('node')).salt ?? '';
	}

	private async send(body: JsonObject): Promise<unknown> {
		const { url } = readState(this.context.getWorkflowStaticData('node'));
		return await this.context.helpers.httpRequest({
			method: 'POST',
			url: url ?? '',
			qs: { token: this.token },
			body: body as IDataObject,
			json: true,
			timeout: QUESTION_TIMEOUT_MS,
			disableFollowRedirect: true,
		});
	}
}
