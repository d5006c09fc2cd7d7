/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console */
/** `tsx scripts/releaseNotes.ts 0.2.0`: what CHANGELOG.md of the current folder says of a version, for its release on GitHub. */
import { readFileSync } from 'node:fs';
import { notesOf } from './release/changelog';

const [version = ''] = process.argv.slice(2);
const notes = notesOf(readFileSync('CHANGELOG.md', 'utf8'), version);
if (notes === '') {
	console.error(`CHANGELOG.md says nothing of ${version}.`);
	process.exitCode = 1;
}
console.log(notes);
