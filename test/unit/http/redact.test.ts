import { redact, redactData, truncate } from '../../../nodes/shared/http';

const key = 'k+y/ü "0123456789';

describe('the API key is masked in whatever form it comes', () => {
	const header = Buffer.from(`x-copy-ai-api-key: ${key}`);
	test.each<[form: string, text: string]>([
		['as it is', key],
		['in a URL', encodeURIComponent(key)],
		[
			'in a URL, with small letters',
			encodeURIComponent(key).replace(/%../g, (code) => code.toLowerCase()),
		],
		['in a form', encodeURIComponent(key).replaceAll('%20', '+')],
		['in JSON', JSON.stringify(key)],
		['in JSON with escaped slashes', JSON.stringify(key).replaceAll('/', '\\/')],
		['in Base64', Buffer.from(key).toString('base64')],
		['in Base64 for URLs', Buffer.from(key).toString('base64url')],
	])('%s', (_, text) => {
		const masked = redact(`before ${text} after`, [key]);
		expect(masked).toMatch(/^before .*\*\*\*.* after$/);
		expect(masked).not.toContain('23456');
	});

	test.each([0, 1, 2])(
		'in the Base64 of a header, %i bytes from the beginning of a group',
		(shift) => {
			const bytes = Buffer.concat([Buffer.alloc(shift, 'x'), header, Buffer.from(' and more')]);
			const masked = redact(bytes.toString('base64'), [key]);
			const readable = masked
				.split('***')
				.map((part) => Buffer.from(part, 'base64').toString())
				.join();
			expect(masked).toContain('***');
			expect(readable).not.toContain('012345');
		},
	);
});

test('keys that are no key, such as blanks and very short ones, mask nothing', () => {
	expect(redact('a text', ['', '  ', 'a', 'te'])).toBe('a text');
});

test.each([
	['https://n8n.example/webhook/1?token=s3cret', 'https://n8n.example/webhook/1?token=***'],
	['(https://x/?a=1&token=s3cret&b=2)', '(https://x/?a=1&token=***&b=2)'],
	['{"url":"https://x/?token=s3cret"}', '{"url":"https://x/?token=***"}'],
	['https%3A%2F%2Fx%2F%3Ftoken%3Ds3cret', 'https%3A%2F%2Fx%2F%3Ftoken%3D***'],
	['TOKEN=s3cret', 'TOKEN=***'],
	['page_token=next', 'page_token=next'],
])('the secret of a trigger is masked: %s', (text, masked) => {
	expect(redact(text)).toBe(masked);
});

test('in a run every text and name is masked, at any depth, and nothing else is changed', () => {
	let deep: unknown = { text: `key ${key}` };
	for (let level = 0; level < 10_000; level++) deep = [deep];
	const run = JSON.parse(
		JSON.stringify({
			status: `FAILED ${key}`,
			[`name ${key}`]: 1,
			list: [key, 2],
			url: '?token=1',
		}),
	) as object;
	const masked = redactData({ ...run, deep }, [key]);
	expect(masked).toMatchObject({
		status: 'FAILED ***',
		'name ***': 1,
		list: ['***', 2],
		url: '?token=1',
	});
	let found = masked.deep;
	while (Array.isArray(found)) found = found[0];
	expect(found).toEqual({ text: 'key ***' });
});

test('a key made up for a test does not change what a run returned', () => {
	expect(redactData({ text: 'a test' }, ['test'])).toEqual({ text: 'a test' });
});

test('own keys like __proto__ stay data', () => {
	const masked = redactData(JSON.parse(`{"__proto__":"is ${key.slice(0, 3)}"}`) as object, [key]);
	expect(Object.keys(masked)).toEqual(['__proto__']);
	expect(
		redactData(JSON.parse('{"__proto__":"the marked-key"}') as object, ['marked-key']),
	).toEqual(JSON.parse('{"__proto__":"the ***"}'));
});

describe('a text is cut', () => {
	test.each<[why: string, text: string, length: number, cut: string]>([
		['not at all where it fits', 'abc', 3, 'abc'],
		['with an ellipsis', 'abcd', 3, 'ab…'],
		['before an emoji', 'ab😀cd', 4, 'ab…'],
		['after an emoji', 'ab😀cd', 5, 'ab😀…'],
		['before a family', 'a👩‍👩‍👧‍👦bcd', 8, 'a…'],
		['not between a letter and its accent', 'abe\u0301cd', 4, 'ab…'],
		['before a flag', 'a🇩🇪b', 4, 'a…'],
	])('%s', (_, text, length, cut) => {
		expect(truncate(text, length)).toBe(cut);
	});

	test('also where a made-up character is longer than the text may be', () => {
		const cut = truncate(`😀${'\u0301'.repeat(1000)}`, 200);
		expect(cut).toHaveLength(200);
		expect(cut.isWellFormed()).toBe(true);
	});

	test('never inside a surrogate pair, wherever it is cut', () => {
		const text = '😀👩‍👧é🇩🇪x'.repeat(20);
		for (let length = 1; length < text.length; length++) {
			const cut = truncate(text, length);
			expect(cut.length).toBeLessThanOrEqual(length);
			expect(cut.isWellFormed()).toBe(true);
		}
	});
});
