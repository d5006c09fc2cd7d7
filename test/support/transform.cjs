// Makes JavaScript of a TypeScript file for Jest, with the esbuild that also builds the package: a fraction of the time
// that a compiler takes which checks types. `npm run typecheck` does that.
const { transformSync } = require('esbuild');

/** Jest's mocks must be in place before what they replace is loaded: Babel's plugin moves them up. */
function hoistMocks(code, file) {
	const babel = require('@babel/core');
	const { code: hoisted, map } = babel.transformSync(code, {
		filename: file,
		babelrc: false,
		configFile: false,
		compact: false,
		inputSourceMap: true,
		sourceMaps: true,
		plugins: [require.resolve('babel-plugin-jest-hoist')],
	});
	return { code: hoisted, map };
}

module.exports = {
	process(source, file) {
		const usesMocks = source.includes('jest.mock(');
		const { code, map } = transformSync(source, {
			loader: 'ts',
			format: 'cjs',
			platform: 'node',
			target: 'node20',
			sourcefile: file,
			sourcemap: usesMocks ? 'inline' : 'external',
		});
		return usesMocks ? hoistMocks(code, file) : { code, map };
	},
};
