import { reportFailure, runFake } from '../../../../test/fakes/core/main';
import { startFakeB3os } from './server';

runFake({
	what: "B3OS's workflow API",
	script: 'fake-b3os',
	port: 8788,
	settingsFile: 'b3os/test/fakes/b3os/settings.ts',
	start: startFakeB3os,
	describe: ({ url, service: { settings } }) => `Fake B3OS listens. In the credential:
  API URL  ${url}
  API key  ${settings.apiKey}
Workflows: ${settings.workflows.map(({ id }) => id).join(', ')}`,
}).catch(reportFailure);
