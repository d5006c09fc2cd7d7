import type { IDataObject, ILoadOptionsFunctions } from 'n8n-workflow';
import { inProcess, n8nContext, type Passing } from '../../../test/support/n8nContext';
import { B3osApi } from '../../credentials/B3osApi.credentials';
import type { FakeService } from '../fakes/b3os';

/** n8n's context of a B3OS node that talks to this fake. */
export function b3osContext(
	service: FakeService,
	parameters: IDataObject = {},
	passing?: Passing,
	nodeType?: string,
): ILoadOptionsFunctions {
	return n8nContext({
		credential: { apiKey: service.settings.apiKey, baseUrl: 'https://api.b3os.org' },
		type: new B3osApi(),
		parameters,
		nodeType,
		send: inProcess(service, passing),
	});
}
