/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
// What n8n-core reads while it is loaded: import this before it.
import 'reflect-metadata';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

process.env.N8N_USER_FOLDER = mkdtempSync(join(tmpdir(), 'copy-ai-engine-'));
process.env.N8N_ENCRYPTION_KEY = 'a key for tests';
process.env.N8N_LOG_LEVEL = 'silent';
