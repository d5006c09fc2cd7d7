import fc from 'fast-check';
import type { INode } from 'n8n-workflow';
import {
	combineErrors,
	type ItemError,
	toErrorItem,
} from '../../../nodes/shared/operations/errors';

const node = { name: 'Node', type: 'node', parameters: {} } as unknown as INode;
const description = 'What to do.';

function errors(count: number, of: (item: number) => Partial<ItemError>): ItemError[] {
	return Array.from({ length: count }, (_, item) => ({
		item,
		message: '',
		description,
		...of(item),
	}));
}

const failed = (item: number, reason: string) => ({
	message: `Run R-${item} of workflow W failed: ${reason}`,
	runFailure: reason,
	run: { runId: `R-${item}` },
});
const timedOut = (item: number, status = 'PROCESSING') => ({
	message: `Run R-${item} of workflow W did not finish within 600 seconds. Last status: ${status}.`,
	run: { runId: `R-${item}`, status },
});
const refused = { message: 'The workflow has reached its credit limit: 400 when starting a run' };

test.each<[what: string, errors: ItemError[], message: string]>([
	['one', errors(1, () => refused), `${refused.message} [Item 0]`],
	[
		'50 failed runs of one cause',
		errors(50, (item) => failed(item, 'A step failed')),
		'50 of 50 runs failed: A step failed (items 0 to 49)',
	],
	[
		'50 failed runs whose reason names each run',
		errors(50, (item) => failed(item, `Step 2 of R-${item} failed`)),
		'50 of 50 runs failed: Step 2 of failed (items 0 to 49)',
	],
	[
		'50 timeouts',
		errors(50, (item) => timedOut(item)),
		'50 of 50 items failed: Run of workflow W did not finish within 600 seconds. Last status: PROCESSING (items 0 to 49)',
	],
	[
		'50 refused starts',
		errors(50, () => refused),
		`50 of 50 items failed: ${refused.message} (items 0 to 49)`,
	],
	[
		'50 unconfirmed starts, each with its own key',
		errors(50, (item) => ({
			message: `Couldn't confirm whether a run of workflow W was started (start key k-${item}).`,
			run: { startKey: `k-${item}` },
		})),
		"50 of 50 items failed: Couldn't confirm whether a run of workflow W was started (items 0 to 49)",
	],
	[
		'several causes',
		errors(6, (item) => [failed(item, 'No seat'), timedOut(item), refused][item % 3]),
		`6 of 6 items failed: No seat (items 0 and 3); Run of workflow W did not finish within 600 seconds. Last status: PROCESSING (items 1 and 4); ${refused.message} (items 2 and 5)`,
	],
])('%s: each cause once, with its items', (_, list, message) => {
	const error = combineErrors(node, list, list.length);
	expect(error.message).toBe(message);
	expect(error.messages).toHaveLength(list.length);
	expect(error.messages.at(-1)).toContain(`[Item ${list.length - 1}]`);
});

test('the only cause has room for its reason', () => {
	const reason = `Copy.ai responded with 422 when starting a run of workflow ${'W'.repeat(41)} (Input 1: isn't an input of this workflow; ${'Tone: is blank '.repeat(4)})`;
	const { message } = combineErrors(
		node,
		errors(50, () => ({ message: reason })),
		50,
	);
	expect(message).toBe(`50 of 50 items failed: ${reason} (items 0 to 49)`);
});

test('as many causes as fit are named, and the others counted', () => {
	const list = errors(50, (item) => failed(item, `${'Long reason '.repeat(9)}${item}`));
	const { message } = combineErrors(node, list, 60);
	expect(message).toMatch(
		/^50 of 60 runs failed: Long reason .+0 \(item 0\); .+; and 4\d more causes$/,
	);
});

const text = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 3_000 }),
	fc.string({ unit: fc.constantFrom('👩‍👩‍👧‍👦', 'é', 'x', ' ', '\n', '[item 1]'), maxLength: 1_000 }),
	fc.nat(9).map((item) => `went wrong [item ${item}] [Item ${item}]`),
);
const anyError = fc.record<ItemError>(
	{
		item: fc.nat(10_000),
		message: text,
		description: text,
		runFailure: text,
		run: fc.record({ runId: text, workflowId: text, status: text, startKey: text }),
	},
	{ requiredKeys: ['item', 'message', 'description'] },
);

test('every message fits on the screen and has one tag, whatever went wrong', () => {
	fc.assert(
		fc.property(fc.array(anyError, { minLength: 1, maxLength: 60 }), (list) => {
			const { message } = combineErrors(node, list, list.length);
			expect(message.length).toBeLessThanOrEqual(400);
			for (const error of list.slice(0, 5)) {
				const { message: ofItem } = toErrorItem(error).json.error as { message: string };
				expect(ofItem.length).toBeLessThanOrEqual(400);
				expect(ofItem).toMatch(new RegExp(`\\[Item ${error.item}\\]$`));
			}
			const tagged = { ...list[0], message: 'went wrong [item 3] [Item 3]', item: 3 };
			expect(combineErrors(node, [tagged], 1).message).toBe('went wrong [Item 3]');
		}),
		{ endOnFailure: true },
	);
});
