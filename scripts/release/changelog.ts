/** CHANGELOG.md in the form of https://keepachangelog.com: the newest section is what is not released yet. */

const HEADING = '## [Unreleased]';

/** What stands under Unreleased; empty text when nothing does. */
export function unreleasedNotes(changelog: string): string {
	const [, after = ''] = changelog.split(HEADING);
	return after.split(/^## /m)[0].trim();
}

/** The changelog with what was unreleased under this version, and room for what comes. @param date ISO day */
export function released(changelog: string, version: string, date: string): string {
	return changelog.replace(HEADING, `${HEADING}\n\n## [${version}] - ${date}`);
}
