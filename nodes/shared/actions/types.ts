import type { IDataObject } from 'n8n-workflow';
import type { StartKey } from '../../runs';

/** How a node speaks of its service. */
export interface Words {
	/** The service's name. */
	name: string;
	/** What became of a run that did not succeed, as in "only what FAILED is started again". */
	failed: string;
	/** The same, behind "a run ends". */
	failedEnd: string;
	/** What the mapper's columns are, as in "it loads the inputs of the workflow". */
	columns: string;
	/** How a user finds out whether there is a run of a key, as an order. */
	lookForKey: string;
}

/** What tells one service's node from another's where their operations are the same. `R`: a run, `W`: how it is put out. */
export interface NodeService<R, W> extends Words {
	/** Makes a key that nobody else has. */
	newKey(): string;
	/** A key as the service keeps it. */
	keyText(key: StartKey): string;
	/** A run of which no more is known than that it was started. */
	unseenRun(id: string, workflowId: string): R;
	/** A run as an item's JSON. */
	toJson(run: R, form: W): IDataObject;
}

/** An item, and what was read of it. */
export interface Entry<T> {
	item: number;
	value: T;
}
