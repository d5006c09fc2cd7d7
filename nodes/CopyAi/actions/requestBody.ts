import { isObject, type JsonObject } from '../../shared/http';
import { ParameterError } from '../../shared/operations';

/** What a run is started with. */
interface RequestBody {
	values: JsonObject;
	metadata?: JsonObject;
}

/**
 * Reads a whole request body, as the API tab of a workflow shows it: `{ "startVariables": {…}, "metadata": {…} }`.
 *
 * @param entered what a user entered as variables
 * @throws ParameterError where more than these two are in it, or metadata isn't an object
 */
export function readRequestBody(entered: JsonObject): RequestBody {
	const { startVariables, metadata, ...others } = entered;
	if (!isObject(startVariables)) return { values: entered };
	const [other] = Object.keys(others);
	if (other !== undefined) {
		throw new ParameterError(
			`'Values' contains '${other}' beside 'startVariables'`,
			"Enter the variables alone, or a whole request body with nothing but 'startVariables' and 'metadata'.",
		);
	}
	if (metadata !== undefined && metadata !== null && !isObject(metadata)) {
		throw new ParameterError(
			"'metadata' in 'Values' must be an object",
			'Enter names and values in braces, or remove it.',
		);
	}
	return { values: startVariables, metadata: isObject(metadata) ? metadata : undefined };
}
