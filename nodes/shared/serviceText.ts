import type { JsonObject } from './http';

/**
 * How a node speaks of its service. Whatever differs by service is a whole sentence, so that a search for a message
 * finds where it is written.
 */
export interface ServiceText {
	/** The service's name. */
	name: string;
	sentences: ServiceSentences;
	/** Variables that are entered as JSON, where that may also be a whole request body of the service. */
	readRequestBody?(entered: JsonObject): { values: JsonObject; metadata?: JsonObject };
}

interface ServiceSentences {
	/** Description of the option Concurrency. */
	concurrency: string;
	/** Description of the option On Timeout. */
	onTimeout: string;
	/** Description of the option On Failed Run. */
	onFailedRun: string;
	/** Description of a variable's name. */
	variableName: string;
	/** What to do about a variable without a name. */
	nameVariable: string;
	/** What to do about a mapper without columns. */
	loadColumns: string;
	/** Said when an item's parameters aren't valid, so that no item was started. */
	nothingSent: string;
	/** What to do about a failed run. */
	afterFailedRun: string;
	/** What to do about a run that did not finish in time. */
	afterTimeout: string;
	/** What to do about a run whose output can't be processed. */
	afterUnreadableOutput: string;
	/** What to do when it is not known whether there is a run of a key. */
	afterUnconfirmedStart: string;
	/** What becomes of the runs when a user stops the execution. */
	afterStop: string;
}
