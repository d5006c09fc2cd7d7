module.exports = {
	...require('./dist/credentials/CopyAiApi.credentials.js'),
	...require('./dist/nodes/CopyAi/CopyAi.node.js'),
};
