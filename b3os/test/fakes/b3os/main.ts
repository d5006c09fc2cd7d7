/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { startFakeB3os } from './server';
import type { SettingsPatch } from './settings';

const help = `A fake of B3OS's workflow API.

npm run fake-b3os -- [--port 8788] [--host 127.0.0.1] [--settings JSON-or-file]

  --port      port to listen on, 0 for any free one (default 8788)
  --host      address to listen on (default 127.0.0.1)
  --settings  settings that differ from the defaults, as JSON or as a JSON file:
              '{"durationMs": 3000}'; see test/fakes/b3os/settings.ts
  --help      this text`;

function readSettings(source: string): SettingsPatch {
	const text = source.trimStart().startsWith('{') ? source : readFileSync(source, 'utf8');
	return JSON.parse(text) as SettingsPatch;
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			port: { type: 'string', default: '8788' },
			host: { type: 'string', default: '127.0.0.1' },
			settings: { type: 'string', default: '{}' },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) {
		console.log(help);
		return;
	}
	const { port, host } = values;
	const fake = await startFakeB3os(readSettings(values.settings), { port: Number(port), host });
	const { apiKey, workflows } = fake.service.settings;
	console.log(`Fake B3OS listens. In the credential:
  API URL  ${fake.url}
  API key  ${apiKey}
Workflows: ${workflows.map(({ id }) => id).join(', ')}
Change settings:  curl -X PUT ${fake.url}/__fake/settings -d '{"durationMs": 3000}'
See what happened: curl ${fake.url}/__fake/state
Ctrl+C ends it.`);

	const end = () => void fake.close();
	process.once('SIGINT', end);
	process.once('SIGTERM', end);
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
