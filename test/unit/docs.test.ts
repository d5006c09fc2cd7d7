/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import ts from 'typescript';

const root = resolve(__dirname, '../..');

/** Everything a reader of the repository can open: paths from its top. */
const pages = [
	...markdownIn('.'),
	...markdownIn('docs'),
	...markdownIn('b3os'),
	'.github/PULL_REQUEST_TEMPLATE.md',
];

function markdownIn(folder: string): string[] {
	return readdirSync(join(root, folder))
		.filter((file) => file.endsWith('.md'))
		.map((file) => join(folder, file));
}

function read(path: string): string {
	return readFileSync(join(root, path), 'utf8');
}

/** GitHub's name for a heading. */
function anchor(heading: string): string {
	return heading
		.toLowerCase()
		.replace(/[^\p{L}\p{N} _-]/gu, '')
		.replaceAll(' ', '-');
}

function anchorsOf(page: string): string[] {
	const headings = [...read(page).matchAll(/^#{1,6} (.+)$/gm)];
	return headings.map(([, heading]) => anchor(heading));
}

/** @returns what is wrong with a link; nothing if it leads somewhere */
function flawOf(page: string, link: string): string | undefined {
	const [path, fragment] = link.split('#');
	const target = path === '' ? page : join(dirname(page), path);
	if (!existsSync(join(root, target))) return `${page} links to ${link}, which does not exist`;
	if (fragment === undefined || anchorsOf(target).includes(fragment)) return undefined;
	return `${page} links to ${link}, but there is no such heading`;
}

test.each(pages)('every link in %s leads somewhere', (page) => {
	const text = read(page);
	const links = [...text.matchAll(/\]\(([^)\s]+)\)|\b(?:src|href)="([^"]+)"/g)]
		.map(([, markdown, html]) => markdown ?? html)
		.filter((link) => !/^[a-z]+:/.test(link));
	expect(links.map((link) => flawOf(page, link)).filter(Boolean)).toEqual([]);
});

test.each(pages)('every npm command named in %s exists', (page) => {
	const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
	const named = [...read(page).matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name);
	expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

test.each(pages)('every file named in %s exists', (page) => {
	const top = '(?:nodes|credentials|test|scripts|docs|examples|b3os|\\.github)';
	const named = [...read(page).matchAll(new RegExp(`\`(${top}/[\\w./-]+)\``, 'g'))].map(
		([, path]) => path,
	);
	const around = page.startsWith('b3os') ? ['.', 'b3os'] : ['.'];
	const exists = (path: string) => around.some((folder) => existsSync(join(root, folder, path)));
	expect(named.filter((path) => !exists(path))).toEqual([]);
});

test('the README is read in one sitting', () => {
	expect(read('README.md').split('\n').length).toBeLessThan(200);
});

/** Paths of the modules that users install. */
const modules = ['nodes', 'credentials', 'b3os/nodes', 'b3os/credentials'].flatMap((folder) =>
	readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.ts'))
		.map((file) => `${folder}/${file.replaceAll(sep, '/')}`),
);

/** A text in the source: what stands between its `${…}`; one piece where there are none. */
type Template = string[];

function templatesIn(module: string): Template[] {
	const found: Template[] = [];
	const visit = (node: ts.Node): void => {
		if (ts.isStringLiteralLike(node)) found.push([node.text]);
		if (ts.isTemplateExpression(node)) {
			found.push([node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)]);
		}
		ts.forEachChild(node, visit);
	};
	visit(ts.createSourceFile(module, read(module), ts.ScriptTarget.Latest));
	return found;
}

/**
 * Whether a message begins like this quote.
 *
 * @returns how many letters of the quote are the template's own; -1 if it does not fit
 */
function fit([piece, ...rest]: Template, quote: string): number {
	if (piece.startsWith(quote)) return quote.length;
	if (!quote.startsWith(piece)) return -1;
	const left = quote.slice(piece.length);
	if (rest.length === 0) return left === '' ? piece.length : -1;
	// What is filled in may be of any length, and end the quote.
	const tails = Array.from({ length: left.length }, (_, at) => left.slice(at)).filter(
		(tail) => tail.startsWith(rest[0]) || rest[0].startsWith(tail),
	);
	const best = Math.max(0, ...tails.map((tail) => fit(rest, tail)));
	return best < 0 ? -1 : piece.length + best;
}

/**
 * The messages in the table of docs/troubleshooting.md, each as far as it is one text in the source: without the name
 * that the log puts before it, and apart from what follows a `…:`.
 */
function quotedMessages(): string[] {
	const table = read('docs/troubleshooting.md').matchAll(/^\| (.*?) \| .* \|$/gm);
	const cells = [...table].map(([, cell]) => cell);
	return cells
		.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, quote]) => quote))
		.map((quote) => quote.replace(/^Copy\.ai Trigger "…" /, ''))
		.flatMap((quote) => quote.split('…: '))
		.map((quote) => quote.replace(/ ?…$/, ''))
		.filter((quote) => quote !== '');
}

test('troubleshooting quotes messages that the nodes really show', () => {
	const templates = modules.flatMap(templatesIn);
	const quotes = quotedMessages();
	expect(quotes.length).toBeGreaterThan(25);
	const unknown = quotes.filter((quote) => {
		// Values are short: a template that is little more than values would fit everything.
		const least = Math.max(Math.min(quote.length, 9), quote.replaceAll('…', '').length - 20);
		return !templates.some((template) => fit(template, quote) >= least);
	});
	expect(unknown).toEqual([]);
});

/** Numbers that a service means something by: no limits. */
const CODES = [
	'ALREADY_STARTED',
	'BAD_DEFINITION',
	'BAD_RUN_ID',
	'CONFLICT',
	'MAY_BE_DUPLICATE',
	'TRIGGER_NOT_MANUAL',
];

/** Names of a module's constants that hold numbers alone: limits, delays and counts. */
function limitsIn(module: string): string[] {
	const { statements } = ts.createSourceFile(module, read(module), ts.ScriptTarget.Latest);
	return statements
		.filter(ts.isVariableStatement)
		.flatMap(({ declarationList }) => [...declarationList.declarations])
		.filter(({ initializer }) => initializer !== undefined && isNumeric(initializer))
		.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []))
		.filter((name) => !CODES.includes(name));
}

function isNumeric(node: ts.Expression): boolean {
	if (ts.isNumericLiteral(node)) return true;
	if (ts.isAsExpression(node) || ts.isParenthesizedExpression(node)) {
		return isNumeric(node.expression);
	}
	if (ts.isPrefixUnaryExpression(node)) return isNumeric(node.operand);
	if (ts.isBinaryExpression(node)) return isNumeric(node.left) || isNumeric(node.right);
	return ts.isArrayLiteralExpression(node) && node.elements.every(isNumeric);
}

/** Each constant in the table of limits, with the files it is said to be in. */
function listedLimits(): string[] {
	const [, section] = /^## Timeouts and retries$([^]*)/m.exec(read('docs/architecture.md')) ?? [];
	const rows = [...(section ?? '').matchAll(/^\| (`[A-Z].*?) \| (.*?) \|/gm)];
	return rows.flatMap(([, constants, files]) =>
		namesIn(files).flatMap((file) => namesIn(constants).map((name) => `${file} ${name}`)),
	);
}

function namesIn(cell: string): string[] {
	return [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
}

test('the table of timeouts and retries lists every limit in the source, and no other', () => {
	const inSource = modules.flatMap((module) => limitsIn(module).map((name) => `${module} ${name}`));
	expect(inSource.length).toBeGreaterThan(30);
	expect(listedLimits().sort()).toEqual(inSource.sort());
});
