import type { IDataObject } from 'n8n-workflow';
import type { StartKey } from '../../runs';
import type { ServiceText } from '../serviceText';

/**
 * What differs between services where their operations are the same.
 *
 * TRun: a run as the service's api describes it. TFormat: how a user wants it output.
 */
export interface ServiceAdapter<TRun, TFormat> extends ServiceText {
	/** Makes a unique key. */
	newKey(): string;
	/** A key as the service stores it. */
	keyText(key: StartKey): string;
	/** A run of which nothing is known but that it was started. */
	placeholderRun(id: string, workflowId: string): TRun;
	/** A run as an item's JSON. */
	toJson(run: TRun, format: TFormat): IDataObject;
}

/** An item's index, and what was read of its parameters. */
export interface ParsedItem<T> {
	item: number;
	value: T;
}
