import { isJsonText, withParsedOutputs } from '../../../nodes/CopyAi/api';

const parsed = (text: unknown) => (withParsedOutputs({ text }) as { text: unknown }).text;

describe('an output that is JSON text becomes a value', () => {
	test.each<[text: string, value: unknown]>([
		['{"a":1}', { a: 1 }],
		[' \n[1, 2.50, -3e2]\n', [1, 2.5, -300]],
		['{"big":"12345678901234567890"}', { big: '12345678901234567890' }],
		['[0.1, 1.0, 100, 0, -0.0, 9007199254740991]', [0.1, 1, 100, 0, -0, 9007199254740991]],
		['[1.5e300]', [1.5e300]],
		['{"quote":"say \\"12345678901234567890\\""}', { quote: 'say "12345678901234567890"' }],
		['[]', []],
	])('%s', (text, value) => {
		expect(parsed(text)).toEqual(value);
		expect(isJsonText(text)).toBe(true);
	});
});

describe('an output stays as it is', () => {
	test.each<[why: string, value: unknown]>([
		['a number would lose digits', '{"id":12345678901234567890}'],
		['a fraction would lose digits', '[0.12345678901234567890123]'],
		['a number would become infinite', '[1e400]'],
		['it is a text', 'plain'],
		['it is a number as text', '42'],
		['it is a text in quotes', '"text"'],
		['it is empty', ''],
		['it is cut off', '{"a":'],
		['it is no text', 7],
		['it is an object already', { a: '{"b":1}' }],
		['it is null', null],
	])('%s', (_, value) => {
		expect(parsed(value)).toEqual(value);
		expect(isJsonText(value)).toBe(false);
	});

	test.each([null, undefined, 'text', ['[1]']])('outputs that are no object: %s', (outputs) => {
		expect(withParsedOutputs(outputs)).toEqual(outputs);
	});
});

test('keys like __proto__ are data, inside and outside of JSON text', () => {
	const outputs = JSON.parse('{"__proto__":"{\\"__proto__\\":{\\"bad\\":1}}","constructor":"[1]"}');
	const result = withParsedOutputs(outputs) as object;
	expect(Object.keys(result)).toEqual(['__proto__', 'constructor']);
	expect(({} as { bad?: number }).bad).toBeUndefined();
});

test('numbers of 100,000 digits are compared in no time', () => {
	const began = Date.now();
	const number = `1${'0'.repeat(100_000)}1`;
	expect(parsed(`[${number}, 0.${number}]`)).toBe(`[${number}, 0.${number}]`);
	expect(Date.now() - began).toBeLessThan(1000);
});

test('a text of 20 MB and a list of 10,000 keys are read in good time', () => {
	const long = JSON.stringify({ text: '\\"x'.repeat(7_000_000) });
	const many = JSON.stringify(
		Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`key ${n}`, n])),
	);
	const began = Date.now();
	expect(parsed(long)).toHaveProperty('text');
	expect(Object.keys(parsed(many) as object)).toHaveLength(10_000);
	expect(Date.now() - began).toBeLessThan(5000);
});
