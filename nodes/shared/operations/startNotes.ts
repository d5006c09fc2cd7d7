import type { NodeExecutionHint } from 'n8n-workflow';
import { escapeHintText, info, plural } from './hints';
import type { NearMatch } from './mapByName';
import type { ParsedItem } from './types';

/** What a user may want to know of an item that was started. */
export interface StartNotes {
	/** Whether the option for the item's key is set, but empty for this item. */
	hasEmptyKey?: boolean;
	nearMatches?: NearMatch[];
}

const MAX_LISTED = 5;

/** @param keyLabel label of the option for the key */
export function startHints(
	items: Array<ParsedItem<StartNotes>>,
	keyLabel: string,
): NodeExecutionHint[] {
	return [emptyKeyHint(items, keyLabel), nearMatchHint(items)].filter((hint) => hint !== undefined);
}

function emptyKeyHint(
	items: Array<ParsedItem<StartNotes>>,
	keyLabel: string,
): NodeExecutionHint | undefined {
	const empty = items.filter(({ value }) => value.hasEmptyKey);
	if (empty.length === 0) return undefined;
	return info(
		`'${keyLabel}' is empty for ${empty.length} of ${plural(items.length, 'item', 'items')}, for example item ${empty[0].item}. Nothing prevents these from being started again in another execution.`,
	);
}

function nearMatchHint(items: Array<ParsedItem<StartNotes>>): NodeExecutionHint | undefined {
	const near = items.flatMap(({ value }) => value.nearMatches ?? []);
	const pairs = near.map(
		({ field, input }) => `'${escapeHintText(field)}' for '${escapeHintText(input)}'`,
	);
	const different = [...new Set(pairs)].slice(0, MAX_LISTED);
	if (different.length === 0) return undefined;
	return info(
		`'Map Automatically' left out fields that nearly have the name of an input: ${different.join(', ')}. Names must match exactly, including case, spaces and hyphens.`,
	);
}
