/* eslint-disable no-console */
/** What was tried in real n8n, and how it went. */

interface Row {
	where: string;
	what: string;
	seconds: number;
	/** What was seen, for rows with figures; why not, for rows that did not pass. */
	note: string;
	passed: boolean;
}

/** Rows in the order in which they ran. A row that throws is a row that did not pass; the next ones still run. */
export class Table {
	private readonly rows: Row[] = [];

	/** @param check throws when what it checks is not so; may answer a note with figures */
	async row(where: string, what: string, check: () => Promise<string | void>): Promise<void> {
		const began = Date.now();
		let note = '';
		let passed = true;
		try {
			note = (await check()) ?? '';
		} catch (error) {
			passed = false;
			note = (error as Error).stack ?? String(error);
		}
		const seconds = (Date.now() - began) / 1000;
		this.rows.push({ where, what, seconds, note, passed });
		console.log(`${passed ? 'ok ' : 'NOT'}  ${where}: ${what} (${seconds.toFixed(1)} s) ${note}`);
	}

	/** The rows of several tables as one. */
	static of(tables: Table[]): Table {
		const all = new Table();
		for (const { rows } of tables) all.rows.push(...rows);
		return all;
	}

	get failed(): number {
		return this.rows.filter(({ passed }) => !passed).length;
	}

	/** The table, and the closing line that test runners end with. */
	toString(): string {
		const width = (pick: (row: Row) => string) =>
			Math.max(...this.rows.map((row) => pick(row).length));
		const [first, second] = [width(({ where }) => where), width(({ what }) => what)];
		const lines = this.rows.map(({ where, what, seconds, note, passed }) =>
			[
				passed ? 'pass' : 'FAIL',
				where.padEnd(first),
				what.padEnd(second),
				`${seconds.toFixed(1)} s`.padStart(7),
				note.split('\n')[0],
			].join('  '),
		);
		const passed = this.rows.length - this.failed;
		return [...lines, '', `${passed} passed, ${this.failed} failed`].join('\n');
	}
}
