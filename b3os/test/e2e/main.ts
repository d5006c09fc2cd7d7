/* eslint-disable @n8n/community-nodes/no-restricted-globals, no-console */
/** `npx tsx b3os/test/e2e/main.ts [version] [rows that hold this]`: the built package in a real n8n. */
import type { N8nVersion } from '../../../scripts/n8n/install';
import { Table } from '../../../test/e2e/table';
import { b3os } from './checks';

async function main([version, only]: string[]): Promise<void> {
	const table = new Table();
	for (const each of version ? [version] : ['2.41.1', '1.123.81']) {
		await b3os(table, each as N8nVersion, only);
	}
	console.log(`\n${table}`);
	process.exitCode = table.failed > 0 ? 1 : 0;
}

main(process.argv.slice(2)).catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
