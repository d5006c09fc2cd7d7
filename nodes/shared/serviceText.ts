/** How a node speaks of its service. */
export interface ServiceText {
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
