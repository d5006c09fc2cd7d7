import { maskTokens } from '../../../nodes/CopyAi/api';

const mark = 'kCxTsEXiX5EsnTdU7Q34tppWpYw4qZbgZvPaxfEmSp4';
const url = `https://n8n.example.com/webhook/1/webhook?token=${mark}`;
const encoded = (times: number) =>
	Array.from({ length: times }).reduce<string>((text) => encodeURIComponent(text), url);

test.each<[string, unknown]>([
	['a URL', url],
	['a URL among other text', `The URL ${url}, which you sent, is not valid`],
	['the first of two parameters', `${url}&a=1`],
	['a later parameter', `https://n8n.example.com/?a=1&token=${mark}#x`],
	['other case', url.replace('token', 'Token')],
	['an encoded name', url.replace('token', '%74oken')],
	['an encoded URL in a URL', `https://gateway.example.com/?to=${encoded(1)}`],
	['a URL encoded twice', `https://gateway.example.com/?to=${encoded(2)}&b=1`],
	['an encoded URL that goes on', `https://gateway.example.com/?to=${encoded(1)}%26a%3D1`],
	['JSON text', JSON.stringify({ url, more: [url] })],
	['JSON in JSON text', JSON.stringify(JSON.stringify({ url }))],
	['JSON text with escapes', `{"text":"x\\u0026token=${mark}\\ntoken=${mark}"}`],
	['a list', [[url], url]],
	['an object', { a: { b: { c: url } } }],
	['a key', { [url]: 1 }],
	['a header or a pair', { text: `token=${mark}` }],
])('the secret of a trigger is masked in %s', (_, value) => {
	const masked = JSON.stringify(maskTokens({ value }));
	expect(masked).not.toContain(mark.slice(0, 6));
	expect(masked).toContain('***');
});

test.each<[string, unknown]>([
	['another parameter', 'https://n8n.example.com/?tokens=1&mytoken=2&csrf_token=3&x-token=4'],
	['a word', 'The token is missing: token = none'],
	['no value', 'https://n8n.example.com/?token=&a=1'],
	['no text', { a: 1, b: null, c: [true], d: {} }],
])('what is %s stays', (_, value) => {
	expect(maskTokens({ value })).toEqual({ value });
});

test('what comes after the secret stays readable', () => {
	expect(maskTokens({ url: `${url}&a=1#x` })).toEqual({
		url: 'https://n8n.example.com/webhook/1/webhook?token=***&a=1#x',
	});
	expect(maskTokens({ url: `https://g.example.com/?to=${encoded(1)}%26a%3D1` }).url).toMatch(
		/token%3D\*\*\*%26a%3D1$/,
	);
});

test('properties nested too deeply for n8n are left out', () => {
	const deep = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as unknown;
	expect(maskTokens({ deep, url })).toEqual({ url: expect.stringContaining('***') as unknown });
});

test('masking takes no time for a text made to take long', () => {
	const began = performance.now();
	for (const text of ['token=', 'token%', '%25', '25', 'token%25', '?t', '%2526'])
		maskTokens({ text: text.repeat(200_000) });
	expect(performance.now() - began).toBeLessThan(5000);
});
