module.exports = {
	...require('./dist/credentials/B3osApi.credentials.js'),
	...require('./dist/nodes/B3os/B3os.node.js'),
	...require('./dist/nodes/B3osTrigger/B3osTrigger.node.js'),
};
