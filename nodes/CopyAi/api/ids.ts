import { toId } from '../../shared/http';

/**
 * How ids of workflows start, as seen and as Copy.ai's docs misspell it. Used only to find one in a URL.
 *
 * Source: https://support.fullcast.com/apidocs/start-a-workflow-run-2
 */
const WORKFLOW_IN_URL = /(?:^|[/?&=#])((?:WCFG|WFCG|PKGW)-[^/?&#\s]+)/i;
const AFTER_WORKFLOW = /\/workflows?\/([^/?&#\s]+)/i;

/**
 * n8n's URL field shows its notice unless this matches the whole text; the group is the id.
 *
 * In linear time: that there is no space inside is checked first, so that everything after the id surely matches, and
 * nothing is tried twice.
 */
export const WORKFLOW_URL_REGEX =
	'^\\s*https?://(?=\\S+\\s*$)\\S*?((?<=[/?&=#])(?:WCFG|WFCG|PKGW|wcfg|wfcg|pkgw)-[^/?&#\\s]+|(?<=/workflows?/)[^/?&#\\s]+)\\S*\\s*';

/**
 * The id in what a user entered: the id itself, or any Copy.ai URL that contains it, such as
 * `https://api.copy.ai/api/workflow/WCFG-1/run`. Spaces around it are ignored.
 * Ids are not checked by pattern, as Copy.ai promises none.
 *
 * @returns nothing if there is none
 */
export function toWorkflowId(entered: unknown): string | undefined {
	const text = toId(entered);
	if (!text || !/^https?:\/\/|\//i.test(text)) return text;
	return toId(decode((WORKFLOW_IN_URL.exec(text) ?? AFTER_WORKFLOW.exec(text))?.[1]));
}

function decode(text: string | undefined): string | undefined {
	try {
		return text && decodeURIComponent(text);
	} catch {
		return undefined;
	}
}
