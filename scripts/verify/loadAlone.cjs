// node loadAlone.cjs <folder> <main> <entry…>: loads the entries of the package as n8n does, and tells what that took.
const { realpathSync } = require('node:fs');
const { basename, join } = require('node:path');
const { performance } = require('node:perf_hooks');

const [folder, main, ...entries] = process.argv.slice(2);
require('n8n-workflow');
const before = new Set(Object.keys(require.cache));
const missing = [];

const began = performance.now();
const cpuBefore = process.cpuUsage();
for (const entry of entries) {
	const name = basename(entry).split('.')[0];
	const found = require(join(folder, entry));
	if (typeof found[name] === 'function') new found[name]();
	else missing.push(`the class ${name} in ${entry}`);
}
const { user, system } = process.cpuUsage(cpuBefore);
// On a busy machine it waits for the processor, too, which is not the package's fault.
const ms = Math.min(performance.now() - began, (user + system) / 1000);

const exported = require(join(folder, main));
for (const name of entries.map((entry) => basename(entry).split('.')[0])) {
	if (!(name in exported)) missing.push(`${name} in what ${main} exports`);
}
const home = realpathSync(folder);
const added = Object.keys(require.cache).filter((file) => !before.has(file));
const files = added.filter((file) => file.startsWith(home));
const foreign = added.filter((file) => !file.startsWith(home));
console.log(JSON.stringify({ ms, files, foreign, missing }));
