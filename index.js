module.exports = {
	...require('./dist/credentials/CopyAiApi.credentials.js'),
	...require('./dist/nodes/CopyAi/CopyAi.node.js'),
	...require('./dist/nodes/CopyAiTrigger/CopyAiTrigger.node.js'),
};
