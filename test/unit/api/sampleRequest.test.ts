import { holdsApiKey, sampleInputs } from '../../../nodes/CopyAi/api';
import { seededRandom } from '../../fakes/core';

const URL = 'https://api.copy.ai/api/workflow/WCFG-0a1b2c3d/run';
const EXPECTED = { 'Input 1': '', 'original-text': '', Words: 0, Draft: false };

/** The same four inputs as each language writes them. */
const samples: Record<string, string> = {
	'bare JSON': `{ "startVariables": { "Input 1": "a, {b}", "original-text": "", "Words": 50, "Draft": true } }`,
	cURL: `curl --request POST \\
  --url ${URL} \\
  --header 'x-copy-ai-api-key: <your key>' \\
  --header 'Content-Type: application/json' \\
  --data '{
    "startVariables": {
      "Input 1": "it'\\''s a \\"text\\"",
      "original-text": "http://example.com // no comment",
      "Words": 50,
      "Draft": false
    },
    "metadata": { "campaign": "spring" }
  }'`,
	'cURL on Windows': `curl -X POST "${URL}" -H "Content-Type: application/json" -d "{\\"startVariables\\": {\\"Input 1\\": \\"a\\", \\"original-text\\": \\"b\\", \\"Words\\": 50, \\"Draft\\": false}}"`,
	JavaScript: `const response = await fetch('${URL}', {
  method: 'POST',
  headers: { 'x-copy-ai-api-key': apiKey, 'Content-Type': 'application/json' },
  body: JSON.stringify({
    startVariables: {
      'Input 1': \`a \${name}, b\`, // the first one
      "original-text": text.replace(/,/g, ''),
      Words: 50,
      /* whether */ Draft: true,
    },
    metadata: { api: true },
  }),
});`,
	'JavaScript with the body in a string': `var data = "{\\n  \\"startVariables\\": {\\n    \\"Input 1\\": \\"x\\",\\n    \\"original-text\\": \\"y\\",\\n    \\"Words\\": 50,\\n    \\"Draft\\": false\\n  }\\n}";`,
	'Python with a dictionary': `import requests
payload = {
    "startVariables": {
        "Input 1": "a",  # the first one
        'original-text': """b, "c"
: d""",
        "Words": 50,
        "Draft": False,
    },
    "metadata": {"api": True},
}
requests.post("${URL}", json=payload, headers={"x-copy-ai-api-key": os.environ["COPY_AI_API_KEY"]})`,
	'Python with JSON text': `payload = json.dumps({"startVariables": dict(zip([], [])) }) ; payload = '{"startVariables": {"Input 1": "a", "original-text": "b", "Words": 50, "Draft": true}}'`,
	'PHP with an array': `<?php
curl_setopt($ch, CURLOPT_POSTFIELDS, json_encode([
  'startVariables' => [
    'Input 1' => 'it\\'s, a',
    'original-text' => $text,
    'Words' => 50,
    'Draft' => true,
  ],
  'metadata' => ['api' => true],
]));`,
	'PHP with the old array': `$body = array('startVariables' => array('Input 1' => 'a', "original-text" => "b", 'Words' => 50, 'Draft' => TRUE));`,
	'PHP with JSON text': `CURLOPT_POSTFIELDS => "{\\n  \\"startVariables\\": {\\n    \\"Input 1\\": \\"a\\", \\"original-text\\": \\"b\\", \\"Words\\": 50, \\"Draft\\": true }}",`,
	'JSON in a string in a string': JSON.stringify(
		JSON.stringify({
			startVariables: { 'Input 1': 'a "b"', 'original-text': '', Words: 50, Draft: true },
		}),
	),
	'a text that is cut off': `{ "startVariables": { "Input 1": "a", "original-text": "b", "Words": 50, "Draft": true, "`,
};

test.each(Object.entries(samples))('%s names its inputs', (_, sample) => {
	const inputs = sampleInputs(sample);
	expect(inputs).toEqual(EXPECTED);
	expect(Object.keys(inputs ?? {})).toEqual(Object.keys(EXPECTED));
});

test.each([
	[
		'shorthand',
		'startVariables: { topic, tone: x, ...rest, [key]: 1, last }',
		['topic', 'tone', 'last'],
	],
	['nested values', '{"startVariables": {"a": {"b": [1, {"c": 2}]}, "d": null}}', ['a', 'd']],
	[
		'letters of all kinds',
		'{"startVariables": {"caf\\u00e9 🙂": "x", "名前": "y", "say \\"hi\\"": ""}}',
		['café 🙂', '名前', 'say "hi"'],
	],
	['a name in an apostrophe', `curl -d '{"startVariables":{"writer'\\''s":"x"}}'`, ["writer's"]],
	[
		'an earlier mention',
		'Send startVariables: {} or startVariables with "startVariables": {"a": 1}',
		['a'],
	],
	['dict()', 'requests.post(url, json=dict(startVariables=dict(a=1, b="x")))', ['a', 'b']],
	[
		'the names that n8n drops',
		'{"startVariables": {"__proto__": 1, "constructor": 2, "a": 3}}',
		['__proto__', 'constructor', 'a'],
	],
])('%s', (_, sample, names) => {
	expect(Object.keys(sampleInputs(sample) ?? {})).toEqual(names);
});

test.each([
	'',
	'startVariables',
	'{"Input 1": "a text"}',
	'startVariables: {}',
	'startVariables: inputs',
	'startVariables: ["a", "b"]',
	'"startVariables": "text"',
	'startVariables: {  , , ,',
])('%j names nothing', (sample) => {
	expect(sampleInputs(sample)).toBeUndefined();
});

test('no value is kept', () => {
	const secret = 'a very secret text';
	for (const sample of Object.values(samples)) {
		const withSecret = sample.replace(/"a"|'a'/, `"${secret}"`);
		expect(JSON.stringify(sampleInputs(withSecret))).not.toContain(secret);
	}
});

const KEY = '3f2b8c1e-0a1b-4c5d-8e9f-0123456789ab';

test.each([
	`curl -H 'x-copy-ai-api-key: ${KEY}' -d '{"startVariables":{"a":1}}'`,
	`curl -H "X-Copy-AI-API-Key:${KEY}"`,
	`headers: { 'x-copy-ai-api-key': '${KEY}' }`,
	`headers = {"x-copy-ai-api-key": f"${KEY}"}`,
	`"{\\"x-copy-ai-api-key\\": \\"${KEY}\\"}"`,
	`'x-copy-ai-api-key' => '${KEY}'`,
	`headers['x-copy-ai-api-key'] = '${KEY}'`,
	`request.setRequestHeader("x-copy-ai-api-key", "${KEY}");`,
	`{"name":"x-copy-ai-api-key","value":"${KEY}"}`,
	"-H 'x-copy-ai-api-key: YOUR_API_KEY' -H 'x-copy-ai-api-key: sk_live_abc'",
	'x-copy-ai-api-key: abcdefgh',
])('%s holds a key', (sample) => {
	expect(holdsApiKey(sample)).toBe(true);
});

test.each([
	...Object.values(samples),
	"-H 'x-copy-ai-api-key: YOUR_API_KEY'",
	"-H 'x-copy-ai-api-key: <api-key>'",
	"-H 'x-copy-ai-api-key: <YOUR API KEY>'",
	'-H "x-copy-ai-api-key: $COPY_AI_API_KEY"',
	"'x-copy-ai-api-key': process.env.COPY_AI_API_KEY,",
	"'x-copy-ai-api-key': apiKey }",
	'"x-copy-ai-api-key": ""',
	"'x-copy-ai-api-key': `${apiKey}`",
	'x-copy-ai-api-key: xxxxxxxx',
	'x-copy-ai-api-key: ****',
])('%s holds none', (sample) => {
	expect(holdsApiKey(sample)).toBe(false);
});

/** Texts made of whatever could lead a parser astray. */
const PIECES = [
	...[
		'startVariables',
		'"startVariables"',
		"'startVariables'",
		':',
		'=>',
		'=',
		'{',
		'}',
		'[',
		']',
		'(',
		')',
	],
	...[
		'"',
		"'",
		'`',
		'"""',
		"'''",
		'\\',
		'\\"',
		'\\\\',
		'\\u',
		'\\u00',
		'\\n',
		',',
		'//',
		'/*',
		'*/',
		'#',
		'\n',
		' ',
		'\t',
	],
	...[
		'true',
		'null',
		'-1.5e3',
		'name',
		'"Input 1"',
		'array(',
		'dict(',
		'...',
		'${',
		'🙂',
		'\ud83d',
		'\u2028',
		'\0',
		'curl',
		"'\\''",
	],
	...['x-copy-ai-api-key', 'x-copy-ai-api-key: ', 'YOUR_KEY', '<', '__proto__', 'constructor'],
];

test('20,000 texts of all kinds are read without throwing', () => {
	const random = seededRandom(16);
	const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
	const known = Object.values(samples);
	let named = 0;
	for (let n = 0; n < 20_000; n++) {
		let text: string;
		if (n % 2 === 0) {
			text = Array.from({ length: Math.floor(random() * 60) }, () => pick(PIECES)).join('');
		} else {
			const sample = pick(known);
			const at = Math.floor(random() * sample.length);
			const until = at + Math.floor(random() * 8);
			text = sample.slice(0, at) + pick(PIECES) + sample.slice(until);
		}
		const inputs = sampleInputs(text);
		expect(typeof holdsApiKey(text)).toBe('boolean');
		if (!inputs) continue;
		named++;
		for (const [name, value] of Object.entries(inputs)) {
			if (!name.isWellFormed() || !['', 0, false, null].includes(value as never)) {
				throw new Error(`${JSON.stringify(text)} gives ${JSON.stringify(inputs)}`);
			}
		}
	}
	expect(named).toBeGreaterThan(5_000);
});

test.each(
	[
		...[
			'startVariables',
			'startVariables: {',
			'"startVariables": {"a": ',
			'startVariables: {}',
			'{"',
			"'",
			'"""',
		],
		...[
			'\\',
			'\\"',
			'/*',
			'//',
			'#',
			'{',
			'[a',
			',',
			' ',
			'a,',
			'"a":1,',
			'startVariables    ',
			'startVariables: (object)',
		],
		...['x-copy-ai-api-key', 'x-copy-ai-api-key: <', 'x-copy-ai-api-key    ', "'\\''"],
	].flatMap((piece) => [[piece], [`{"startVariables": {${piece}`]] as Array<[string]>),
)('a megabyte of %j takes no longer than a linear reader does', (piece) => {
	const timeOf = (bytes: number) => {
		const text = piece.repeat(Math.ceil(bytes / piece.length)).slice(0, bytes);
		const began = performance.now();
		sampleInputs(text);
		holdsApiKey(text);
		return performance.now() - began;
	};
	timeOf(10_000);
	// A quadratic one would take minutes.
	expect(timeOf(1_000_000)).toBeLessThan(15_000);
});
