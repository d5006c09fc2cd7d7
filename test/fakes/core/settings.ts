/**
 * The settings with the patch in, sharing nothing with either.
 *
 * @param prefix what stands before the names in a message
 * @throws TypeError for a name that the settings do not have
 */
export function mergeNamed<TSettings extends object>(
	settings: TSettings,
	patch: Partial<TSettings>,
	prefix = '',
): TSettings {
	for (const name of Object.keys(patch)) {
		if (!(name in settings)) throw new TypeError(`There is no setting "${prefix}${name}"`);
	}
	return structuredClone({ ...settings, ...patch });
}
