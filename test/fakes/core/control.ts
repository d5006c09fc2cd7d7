export const CONTROL_PREFIX = '/__fake/';

/** What `/__fake/` offers, by method and last part of the path; each takes the JSON body. */
export type ControlActions = Record<string, (body: unknown) => unknown>;

/** For other processes: reads and changes a fake over HTTP, without a key. Errors come as text. */
export async function control(
	actions: ControlActions,
	request: { method: string; path: string; body: string },
): Promise<{ status: number; body: string }> {
	const action = actions[`${request.method} ${request.path.slice(CONTROL_PREFIX.length)}`] as
		| ControlActions[string]
		| undefined;
	if (!action) {
		return { status: 404, body: `There is only:\n${Object.keys(actions).join('\n')}\n` };
	}
	try {
		const body: unknown = request.body === '' ? {} : JSON.parse(request.body);
		return { status: 200, body: JSON.stringify(await action(body)) };
	} catch (error) {
		return { status: 400, body: `${String(error)}\n` };
	}
}
