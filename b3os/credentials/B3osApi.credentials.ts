import type { ICredentialTestRequest, ICredentialType, Icon, INodeProperties } from 'n8n-workflow';
import { apiUrlField, authenticateWithHeaders, testRules } from '../../nodes/shared/credentials';

const API_URL = 'https://api.b3os.org';

/** An organization's API key. It is sent in one header, only to the API URL's own host. Source: https://docs.b3os.org (API authentication) */
export class B3osApi implements ICredentialType {
	name = 'b3osApi';

	displayName = 'B3OS API';

	icon: Icon = { light: 'file:b3os.svg', dark: 'file:b3os.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-copy-ai/n8n-nodes-b3os';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			placeholder: 'e.g. b3sk_…',
			description: 'The API key of a B3OS organization',
			hint: 'Create one in B3OS under Organization Settings > API Keys. Starting and canceling runs requires the read-write scope. See the <a href="https://docs.b3os.org" target="_blank">documentation of B3OS</a>.',
		},
		apiUrlField(API_URL),
		{
			displayName: 'Organization ID',
			name: 'organizationId',
			type: 'string',
			default: '',
			placeholder: 'e.g. org_0a1b2c3d',
			description:
				'Usually not needed. Fill it in if B3OS asks for an organization: it is then sent as X-Org-ID.',
		},
	];

	authenticate = authenticateWithHeaders(({ apiKey, organizationId }) => {
		const organization = String(organizationId ?? '').trim();
		return {
			authorization: `Bearer ${String(apiKey ?? '').trim()}`,
			...(organization && { 'x-org-id': organization }),
		};
	}, API_URL);

	test: ICredentialTestRequest = {
		request: {
			baseURL:
				'={{ ($credentials.baseUrl || "https://api.b3os.org").trim().replace(/\\/+$/, "") }}',
			url: '/v1/organizations',
			// A redirect would send the key to wherever it points.
			disableFollowRedirect: true,
		},
		rules: testRules({
			name: 'B3OS',
			defaultUrl: API_URL,
			checkKey: 'Create one in B3OS under Organization Settings > API Keys.',
			answerField: 'data',
		}),
	};
}
