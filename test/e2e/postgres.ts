/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Where PostgreSQL is, and who may do all there without a password. */
export const PG = { host: '127.0.0.1', port: 5432, user: 'postgres' };

/**
 * Runs statements with the PostgreSQL client that n8n itself brings.
 *
 * @param n8nFolder as `ensureN8n` answers it
 * @param name of the database
 */
export function database<Row>(n8nFolder: string, name: string) {
	const { Client } = createRequire(join(n8nFolder, 'package.json'))('pg') as {
		Client: new (options: object) => {
			connect(): Promise<void>;
			query(text: string): Promise<{ rows: Row[] }>;
			end(): Promise<void>;
		};
	};
	return async (statement: string): Promise<Row[]> => {
		const client = new Client({ ...PG, database: name });
		await client.connect();
		try {
			return (await client.query(statement)).rows;
		} finally {
			await client.end();
		}
	};
}
