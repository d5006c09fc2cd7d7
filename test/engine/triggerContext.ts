import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IHttpRequestOptions,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

/** n8n's access to the one credential that a trigger has. @param decrypted throws where there is none */
export function credentialsHelper(
	type: object,
	decrypted: () => ICredentialDataDecryptedObject,
): IWorkflowExecuteAdditionalData['credentialsHelper'] {
	const credential = type as {
		authenticate: (
			data: ICredentialDataDecryptedObject,
			request: IHttpRequestOptions,
		) => Promise<IHttpRequestOptions>;
	};
	return {
		getParentTypes: () => [],
		isCredentialUsableByNode: () => true,
		getDecrypted: async () => decrypted(),
		authenticate: async (
			data: ICredentialDataDecryptedObject,
			_: string,
			request: IHttpRequestOptions,
		) => await credential.authenticate(data, request),
		preAuthentication: async () => undefined,
		runPreAuthentication: async () => undefined,
		getCredentialsProperties: () => [],
	} as unknown as IWorkflowExecuteAdditionalData['credentialsHelper'];
}

/**
 * Writes what a context logs into a list of lines: `warn …`.
 *
 * @param levels by default what n8n shows by default, which is all but the debug log
 */
export function recordLog(
	context: object,
	lines: { push(line: string): unknown },
	levels: string[] = ['info', 'warn', 'error'],
): void {
	const line = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
	const shown = Object.fromEntries(levels.map((level) => [level, line(level)]));
	Object.defineProperty(context, 'logger', { value: { debug: () => undefined, ...shown } });
}

/** What a database gives back. */
export function asJson(data: IDataObject): IDataObject {
	return JSON.parse(JSON.stringify(data)) as IDataObject;
}
