/** CHANGELOG.md in the form of https://keepachangelog.com: the newest section is what is not released yet. */

const HEADING = '## [Unreleased]';

/** What stands under Unreleased; empty text when nothing does. */
export function unreleasedNotes(changelog: string): string {
	return below(HEADING, changelog);
}

/** What stands under a version that is released; empty text when nothing does. */
export function notesOf(changelog: string, version: string): string {
	return below(`## [${version}]`, changelog);
}

function below(heading: string, changelog: string): string {
	const [, after = ''] = changelog.split(heading);
	const [section] = after.split(/^## /m);
	// What is left of the heading is the date.
	return section.replace(/^.*/, '').trim();
}

/** The changelog with what was unreleased under this version, and room for what comes. @param date ISO day */
export function released(changelog: string, version: string, date: string): string {
	return changelog.replace(HEADING, `${HEADING}\n\n## [${version}] - ${date}`);
}
