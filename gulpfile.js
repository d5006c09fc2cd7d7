const { dest, src } = require('gulp');

// What n8n reads beside the compiled code: the package's own icons, codex files and output schemas.
function assets() {
	return src(['{nodes,credentials}/**/*.{svg,node.json}', 'nodes/**/__schema__/**/*.json'], {
		base: '.',
		encoding: false,
	}).pipe(dest('dist'));
}

exports.default = assets;
