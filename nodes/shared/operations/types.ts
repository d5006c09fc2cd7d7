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

/** What is known of the run that a result is about. */
export interface RunInfo {
	runId?: string;
	workflowId?: string;
	/** As last seen. */
	status?: string;
	/** The key it was started with, as the service stores it. */
	startKey?: string;
	/** What it cost, where the service says so. */
	credits?: number | null;
	/** Whether it costs this turn of the node nothing, as it has not started it in any of its tries. */
	isReused?: boolean;
	/** Whether it has not ended yet, as far as is known. */
	isUnfinished?: boolean;
}

/** An item's index, and what was read of its parameters. */
export interface ParsedItem<T> {
	item: number;
	value: T;
}
