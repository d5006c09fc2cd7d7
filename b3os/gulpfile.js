const { Transform } = require('node:stream');
const { dest, parallel, series, src } = require('gulp');
const { rimraf } = require('rimraf');

// This package's code is compiled into dist/b3os and what it shares with its sibling into dist/nodes. n8n wants each
// node and credential at the path of its source below dist, so the former moves up by one, and its imports with it.
function moveUp() {
	const moved = new Transform({
		objectMode: true,
		transform(file, _, done) {
			const code = file.contents.toString();
			file.contents = Buffer.from(code.replace(/(require\(")\.\.\/((?:\.\.\/)+nodes\/)/g, '$1$2'));
			done(null, file);
		},
	});
	return src('dist/b3os/**/*.js').pipe(moved).pipe(dest('dist'));
}

async function removeMoved() {
	await rimraf('dist/b3os');
}

// What n8n reads beside the compiled code: the package's own icons, codex files and output schemas.
function assets() {
	return src(['{nodes,credentials}/**/*.{svg,node.json}', 'nodes/**/__schema__/**/*.json'], {
		base: '.',
		encoding: false,
	}).pipe(dest('dist'));
}

exports.default = parallel(assets, series(moveUp, removeMoved));
