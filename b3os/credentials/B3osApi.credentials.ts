import type { ICredentialTestRequest, ICredentialType, Icon, INodeProperties } from 'n8n-workflow';
import { apiUrlField, authenticateWithHeaders } from '../../nodes/shared/credentials';

/** An organization's API key. It is sent in one header, only to the API URL's own host. Source: https://docs.b3os.org (API authentication) */
export class B3osApi implements ICredentialType {
	name = 'b3osApi';

	displayName = 'B3OS API';

	icon: Icon = { light: 'file:b3os.svg', dark: 'file:b3os.dark.svg' };

	documentationUrl = 'https://docs.b3os.org';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			placeholder: 'e.g. b3sk_…',
			description:
				'Create one in B3OS under Organization Settings > API Keys. Starting and canceling runs requires the read-write scope.',
		},
		apiUrlField('https://api.b3os.org'),
		{
			displayName: 'Organization ID',
			name: 'organizationId',
			type: 'string',
			default: '',
			placeholder: 'e.g. org_0a1b2c3d',
			description: 'Only required if the key has access to several organizations',
		},
	];

	authenticate = authenticateWithHeaders(({ apiKey, organizationId }) => {
		const organization = String(organizationId ?? '').trim();
		return {
			authorization: `Bearer ${String(apiKey ?? '').trim()}`,
			...(organization && { 'x-org-id': organization }),
		};
	});

	test: ICredentialTestRequest = {
		request: {
			baseURL:
				'={{ ($credentials.baseUrl || "https://api.b3os.org").trim().replace(/\\/+$/, "") }}',
			url: '/v1/organizations',
			// A redirect would send the key to wherever it points.
			disableFollowRedirect: true,
		},
	};
}
