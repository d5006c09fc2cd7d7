import { reportFailure, runFake } from '../core/main';
import { startFakeCopyAi } from './server';

runFake({
	what: "Copy.ai's Workflows API",
	script: 'fake-copy-ai',
	port: 8787,
	settingsFile: 'test/fakes/copyAi/settings.ts',
	start: startFakeCopyAi,
	describe: ({ url, settings: { apiKey, workflows } }) => `Fake Copy.ai listens. In the credential:
  API URL   ${url}
  API key   ${apiKey}
Workflow ids: ${workflows === 'any' ? 'any, but those that contain "missing"' : workflows.join(', ')}`,
}).catch(reportFailure);
