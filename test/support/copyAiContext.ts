import type { IDataObject, ILoadOptionsFunctions } from 'n8n-workflow';
import { CopyAiApi } from '../../credentials/CopyAiApi.credentials';
import type { FakeService } from '../fakes/copyAi';
import { inProcess, n8nContext, type Passing } from './n8nContext';

/** n8n's context of a Copy.ai node that talks to this fake. */
export function copyAiContext(
	service: FakeService,
	parameters: IDataObject = {},
	passing?: Passing,
	nodeType = 'n8n-nodes-copy-ai.copyAi',
): ILoadOptionsFunctions {
	return n8nContext({
		credential: { apiKey: service.settings.apiKey, baseUrl: 'https://api.copy.ai/api' },
		type: new CopyAiApi(),
		parameters,
		nodeType,
		send: inProcess(service, passing),
	});
}
