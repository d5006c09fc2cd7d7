/** So many pages in a row without a new run are the end: runs that are started meanwhile push others to the next page. */
const MAX_REPEATED_PAGES = 2;

/**
 * Says where a list of runs ends. A short page is not the end: some services cap pages, whatever size is asked for, or
 * serve a short one in the middle. The end is an empty page, or pages that only repeat.
 */
export class PageTracker<T extends { id: string }> {
	/** Of every run that was on a page. */
	readonly ids = new Set<string>();
	private repeatedPages = 0;

	/** @returns the page's runs that were on none before, and whether the list is over */
	add(page: T[]): { added: T[]; isEnd: boolean } {
		const added = page.filter(({ id }) => !this.ids.has(id));
		added.forEach(({ id }) => this.ids.add(id));
		this.repeatedPages = added.length > 0 ? 0 : this.repeatedPages + 1;
		return { added, isEnd: page.length === 0 || this.repeatedPages >= MAX_REPEATED_PAGES };
	}
}
