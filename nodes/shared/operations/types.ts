import type { IDataObject } from 'n8n-workflow';
import type { StartKey } from '../../runs';
import type { ServiceText } from '../serviceText';

/** What tells one service's node from another's where their operations are the same. `R`: a run, `W`: how it is put out. */
export interface ServiceAdapter<TRun, TFormat> extends ServiceText {
	/** Makes a key that nobody else has. */
	newKey(): string;
	/** A key as the service keeps it. */
	keyText(key: StartKey): string;
	/** A run of which no more is known than that it was started. */
	placeholderRun(id: string, workflowId: string): TRun;
	/** A run as an item's JSON. */
	toJson(run: TRun, form: TFormat): IDataObject;
}

/** An item, and what was read of it. */
export interface ParsedItem<T> {
	item: number;
	value: T;
}
