/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type {
	INodeProperties,
	INodePropertyCollection,
	INodePropertyOptions,
	INodeTypeDescription,
} from 'n8n-workflow';
import { CopyAiApi } from '../../../credentials/CopyAiApi.credentials';
import { CopyAi } from '../../../nodes/CopyAi/CopyAi.node';
import { CopyAiTrigger } from '../../../nodes/CopyAiTrigger/CopyAiTrigger.node';

const root = resolve(__dirname, '../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const node = new CopyAi();
const trigger = new CopyAiTrigger();
const credential = new CopyAiApi();

/** A field, with the operations it is shown for: empty in the trigger and the credential. */
interface Field {
	field: INodeProperties;
	operations: string[];
}

type Entry = INodeProperties | INodePropertyOptions | INodePropertyCollection;

/** All fields, those inside of collections and their rows included. */
function fieldsIn(entries: Entry[], shownFor: string[] = []): Field[] {
	return entries.flatMap((entry): Field[] => {
		const show = 'displayOptions' in entry ? entry.displayOptions?.show : undefined;
		const operations = (show?.operation as string[] | undefined) ?? shownFor;
		const inner = [
			...('options' in entry ? (entry.options ?? []) : []),
			...('values' in entry ? entry.values : []),
		] as Entry[];
		const own = 'type' in entry ? [{ field: entry, operations }] : [];
		return [...own, ...fieldsIn(inner, operations)];
	});
}

const fields = [node.description, trigger.description, credential].flatMap(({ properties }) =>
	fieldsIn(properties),
);
const named = (name: string, operation?: string) =>
	fields.filter(
		({ field, operations }) =>
			field.name === name && (operation === undefined || operations.includes(operation)),
	);
const labelOf = (label: Pick<INodeProperties, 'displayName' | 'hint'>) =>
	[label.displayName, label.hint].join(' ');

describe('forms', () => {
	const UNITS = /\b(milliseconds|seconds|minutes|hours|days)\b/i;
	const isTime = ({ type, name, description = '' }: INodeProperties) =>
		type === 'number' &&
		(UNITS.test(description) || /timeout|within|interval|delay|wait|age|duration/i.test(name));

	test('a field for a time shows its unit in its label or below it', () => {
		const times = fields.filter(({ field }) => isTime(field)).map(({ field }) => field);
		expect(new Set(times.map(({ name }) => name))).toEqual(new Set(['timeout', 'reuseWithin']));
		expect(times.filter((field) => !UNITS.test(labelOf(field)))).toEqual([]);
	});

	test('a field for JSON shows an example below it, as the editor shows no placeholder there', () => {
		const json = fields.filter(({ field: { type } }) => type === 'json').map(({ field }) => field);
		expect(new Set(json.map(({ name }) => name))).toEqual(new Set(['variablesJson', 'metadata']));
		for (const { hint = '', placeholder } of json) {
			expect(placeholder).toBeUndefined();
			const [, example] = /^e\.g\. <code>(.+)<\/code>$/.exec(hint) ?? [];
			expect(Object.keys(JSON.parse(example) as object)).toHaveLength(1);
		}
	});

	test('a workflow looks optional where it is, and only there', () => {
		const workflows = named('workflowId').map(({ field }) => field);
		expect(workflows.filter(({ required }) => !required)).toHaveLength(2);
		for (const { required, hint = '' } of workflows) {
			expect(hint.startsWith('Optional')).toBe(!required);
		}
	});

	test('a webhook is chosen from a list', () => {
		const webhooks = named('webhookId').map(({ field }) => field);
		expect(webhooks).toHaveLength(2);
		for (const { type, typeOptions } of webhooks) {
			expect(type).toBe('options');
			expect(node.methods.loadOptions).toHaveProperty([String(typeOptions?.loadOptionsMethod)]);
		}
	});

	test('who creates a webhook is told that the trigger does it', () => {
		const [{ field }] = named('webhookUrl');
		expect(field.hint).toMatch(/Copy\.ai Trigger node: it creates its webhooks by itself/);
		const create = node.description.properties
			.flatMap(({ options = [] }) => options)
			.find((option) => 'value' in option && option.value === 'create');
		expect((create as INodePropertyOptions).description).toMatch(
			/The Copy\.ai Trigger node does this by itself/,
		);
	});
});

describe('documentation', () => {
	const { homepage } = JSON.parse(read('package.json')) as { homepage: string };
	const place = homepage.split('#')[0];

	test('is in one place for both nodes and the credential, which n8n can add a query to', () => {
		expect(credential.documentationUrl).toBe(place);
		for (const file of ['CopyAi/CopyAi', 'CopyAiTrigger/CopyAiTrigger']) {
			const { resources } = JSON.parse(read(`nodes/${file}.node.json`)) as {
				resources: Record<string, Array<{ url: string }>>;
			};
			expect(resources).toEqual({
				primaryDocumentation: [{ url: place }],
				credentialDocumentation: [{ url: place }],
			});
		}
	});
});

describe('the README names what is on the screen', () => {
	const readme = read('README.md');
	/** Cells of the rows of a table that begins with this header. */
	const tableOf = (header: string) => {
		const [, rows] = readme.split(`| ${header} |`)[1].split(/\n\| [-:| ]+\|\n/);
		return rows
			.split('\n\n')[0]
			.split('\n')
			.map((row) => row.split('|').map((cell) => cell.trim()));
	};
	const plain = (value: unknown) =>
		({ true: 'on', false: 'off', stop: 'Stop' })[String(value)] ?? String(value);

	test('every option, with its default', () => {
		const listed = tableOf('Option').map(([, name, , value]) => [name, value]);
		const isExample = (name: string) => ['creditBudget', 'reuseWithin'].includes(name);
		const options = new Map(
			['start', 'startAndWait', 'wait', 'get', 'getAll']
				.flatMap((operation) => named('options', operation))
				.flatMap(({ field }) => field.options as INodeProperties[])
				// Explained with the variables.
				.filter(({ name }) => name !== 'sampleRequest')
				.map(({ displayName, name, default: value }) => [
					displayName,
					isExample(name) || ['', '{}'].includes(String(value)) ? 'none' : plain(value),
				]),
		);
		const shown = listed.map(([name, value]) => [name, value.startsWith('none') ? 'none' : value]);
		expect(new Map(shown as Array<[string, string]>)).toEqual(options);
		expect(readme).toContain('[**Sample Request**](#variables)');
	});

	test('every operation', () => {
		const shown = node.description.properties
			.filter(({ name }) => name === 'operation')
			.flatMap(({ displayOptions, options = [] }) =>
				options.map(({ name }) =>
					displayOptions?.show?.resource?.[0] === 'webhook' ? `Webhook: ${name}` : name,
				),
			);
		const listed = tableOf('Operation').flatMap(([, names]) => {
			const [resource, ...rest] = names.split(': ');
			return rest.length > 0 ? rest[0].split(', ').map((name) => `${resource}: ${name}`) : [names];
		});
		expect(listed.sort()).toEqual(shown.sort());
	});

	test.each([['the action to begin with', /choose \*\*(Run workflow .+?)\*\*/, 'startAndWait']])(
		'%s',
		(_, sentence, value) => {
			const [, action] = sentence.exec(readme) ?? [];
			const operation = node.description.properties
				.flatMap(({ options = [] }) => options)
				.find((option) => 'value' in option && option.value === value);
			expect(action).toBe((operation as INodePropertyOptions).action);
		},
	);

	test('the menu that loads the fields again, which n8n names after the fields', () => {
		const [{ field }] = named('variables');
		const { singular = '' } = field.typeOptions?.resourceMapper?.fieldWords ?? {};
		const word = singular.charAt(0).toUpperCase() + singular.slice(1);
		expect(readme).toContain(`*⋮ > Refresh ${word} List*`);
	});

	test('the events of the trigger, and where a key is created', () => {
		expect(credential.properties[0].hint).toContain('under Configuration > API Keys');
		expect(readme).toContain('*Configuration > API Keys*');
		for (const label of ['Verify Events', 'Catch Up']) {
			expect(fields.some(({ field }) => field.displayName === label)).toBe(true);
			expect(readme).toContain(`**${label}**`);
		}
	});
});

test.each<INodeTypeDescription>([node.description, trigger.description])(
	'$displayName is found by what people look for',
	({ name }) => {
		const folder = name.charAt(0).toUpperCase() + name.slice(1);
		const { alias } = JSON.parse(read(`nodes/${folder}/${folder}.node.json`)) as {
			alias: string[];
		};
		for (const term of ['AI writing', 'write', 'blog', 'copywriting', 'generate text']) {
			expect(alias).toContain(term);
		}
	},
);
