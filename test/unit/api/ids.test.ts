import { copyAiHttp, toWorkflowId, WORKFLOW_URL_REGEX } from '../../../nodes/CopyAi/api';
import { toBaseUrl, toId } from '../../../nodes/shared/http';

describe('the workflow id is found in what a user pastes', () => {
	test.each<[entered: unknown, id: string | undefined]>([
		['WCFG-1a2b', 'WCFG-1a2b'],
		['  WCFG-1a2b\n', 'WCFG-1a2b'],
		['anything else', 'anything else'],
		['https://api.copy.ai/api/workflow/WCFG-1a2b/run', 'WCFG-1a2b'],
		['https://api.copy.ai/api/workflow/WFCG-1a2b/run/', 'WFCG-1a2b'],
		['https://app.copy.ai/w/1/workflows/PKGW-1a2b?tab=api#x', 'PKGW-1a2b'],
		['https://app.copy.ai/?workflow=WCFG-1a2b&x=1', 'WCFG-1a2b'],
		['https://api.copy.ai/api/workflow/old%20id/run', 'old id'],
		['/workflow/WCFG-1a2b/run', 'WCFG-1a2b'],
		['https://app.copy.ai/', undefined],
		['https://api.copy.ai/api/workflow/%zz/run', undefined],
		['https://api.copy.ai/api/workflow/%2e%2e/run', undefined],
		['', undefined],
		['   ', undefined],
		['..', undefined],
		[undefined, undefined],
		[null, undefined],
		[{}, undefined],
		[12, '12'],
	])('%j', (entered, id) => expect(toWorkflowId(entered)).toBe(id));
});

test('an id stays in its segment of the path', () => {
	for (const entered of [
		'../x',
		'a/b',
		'%2f',
		'a?b',
		'a#b',
		'a\r\nb',
		'\u202e',
		'x'.repeat(5000),
	]) {
		const encoded = encodeURIComponent(toId(entered)!);
		const url = new URL(`https://api.copy.ai/api/workflow/${encoded}/run`);
		expect(url.pathname.split('/')).toHaveLength(5);
		expect(url.search + url.hash).toBe('');
	}
	for (const entered of ['.', '..', ' .. ', '\ud800']) expect(toId(entered)).toBeUndefined();
});

test.each<[url: string, fits: boolean]>([
	['https://api.copy.ai/api/workflow/WCFG-1a2b/run', true],
	['https://app.copy.ai/workflows/0a1b-2c3d', true],
	['https://app.copy.ai/', false],
	['WCFG-1a2b', false],
	[' https://app.copy.ai/?workflow=WCFG-1a2b&x=1 ', true],
	['https://api.copy.ai/api/workflow/WCFG-1a2b/run and more', false],
])('the URL field accepts what contains an id: %s', (url, fits) => {
	expect(new RegExp(`^${WORKFLOW_URL_REGEX}$`).test(url)).toBe(fits);
});

test.each([
	'/workflow/',
	'WCFG-',
	'/WCFG-a',
	'WCFG-a?',
	'https://',
	'/workflows/https://WCFG-1 ',
	' ',
	'a',
])('100 kB of %j as a URL is checked in no time', (piece) => {
	const long = piece.repeat(100_000 / piece.length);
	for (const text of [long, `https://${long}`, `https://x/workflow/${long}`]) {
		for (const end of ['', ' x', '\n\n', ` ${' '.repeat(50_000)}x`]) {
			const began = Date.now();
			new RegExp(`^${WORKFLOW_URL_REGEX}$`).test(text + end);
			new RegExp(WORKFLOW_URL_REGEX).test(text + end);
			toWorkflowId(text + end);
			expect(Date.now() - began).toBeLessThan(500);
		}
	}
});

describe('the API URL', () => {
	test.each([
		['', 'https://api.copy.ai/api'],
		[undefined, 'https://api.copy.ai/api'],
		[' https://api.copy.ai/api/ ', 'https://api.copy.ai/api'],
		['https://api.copy.ai', 'https://api.copy.ai/api'],
		['http://127.0.0.1:8787/api', 'http://127.0.0.1:8787/api'],
		['https://gateway.example/copy/ai//', 'https://gateway.example/copy/ai'],
	])('%j is understood as %s', (entered, url) => expect(toBaseUrl(entered, copyAiHttp)).toBe(url));

	test.each([
		'api.copy.ai/api',
		'ftp://api.copy.ai',
		'javascript:alert(1)',
		'https://x/?a=b',
		'https://x/#a',
		'{}',
	])('%s is refused with what to enter', (entered) =>
		expect(toBaseUrl(entered, copyAiHttp)).toMatchObject({
			description: expect.stringContaining('https://'),
		}),
	);

	test.each(['https://user:secret@api.copy.ai/api', 'https://user@api.copy.ai/api'])(
		'a name and password in it are refused, and not repeated: %s',
		(entered) => {
			const refusal = toBaseUrl(entered, copyAiHttp) as { message: string };
			expect(refusal.message).toContain('contains a user name or password');
			expect(JSON.stringify(refusal)).not.toContain('secret');
		},
	);

	test.each(['   ', '\n', '\u00a0'])('blanks are refused: %j', (entered) => {
		expect(toBaseUrl(entered, copyAiHttp)).toMatchObject({
			message: "'API URL' in the credential is blank",
		});
	});

	test('a row of 100,000 slashes takes no time', () => {
		const began = Date.now();
		toBaseUrl(`https://x/${'/'.repeat(100_000)}x`, copyAiHttp);
		expect(Date.now() - began).toBeLessThan(1000);
	});
});
