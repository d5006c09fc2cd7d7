/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { ListenOptions } from './server';

/** A fake that is a program of its own. */
export interface FakeProgram<TSettings, TFake> {
	/** What it is a fake of: `Copy.ai's Workflows API`. */
	what: string;
	/** The npm script that runs it. */
	script: string;
	/** Where it listens unless told otherwise. */
	port: number;
	/** Where the settings are described. */
	settingsFile: string;
	start(settings: TSettings, options: ListenOptions): Promise<TFake>;
	/** What goes into the credential, and what there is to run. */
	describe(fake: TFake): string;
}

/** Runs it as the command line says, until Ctrl+C or SIGTERM. */
export async function runFake<TSettings, TFake extends { origin: string; close(): Promise<void> }>(
	program: FakeProgram<TSettings, TFake>,
): Promise<void> {
	const { what, script, port, settingsFile, start, describe } = program;
	const { values } = parseArgs({
		options: {
			port: { type: 'string', default: String(port) },
			host: { type: 'string', default: '127.0.0.1' },
			settings: { type: 'string', default: '{}' },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) {
		console.log(`A fake of ${what}.

npm run ${script} -- [--port ${port}] [--host 127.0.0.1] [--settings JSON-or-file]

  --port      port to listen on, 0 for any free one (default ${port})
  --host      address to listen on (default 127.0.0.1)
  --settings  settings that differ from the defaults, as JSON or as a JSON file:
              '{"durationMs": 3000}'; see ${settingsFile}
  --help      this text`);
		return;
	}
	const settings = readSettings(values.settings) as TSettings;
	const fake = await start(settings, { port: Number(values.port), host: values.host });
	console.log(`${describe(fake)}
Change settings:  curl -X PUT ${fake.origin}/__fake/settings -d '{"durationMs": 3000}'
See what happened: curl ${fake.origin}/__fake/state
Ctrl+C ends it.`);

	const end = () => void fake.close();
	process.once('SIGINT', end);
	process.once('SIGTERM', end);
}

function readSettings(source: string): unknown {
	const text = source.trimStart().startsWith('{') ? source : readFileSync(source, 'utf8');
	return JSON.parse(text);
}

/** For a program's last line: a rejection is printed, and the program ends with 1. */
export function reportFailure(error: unknown): void {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
}
