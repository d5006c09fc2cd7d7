export { forkMark, nodeMark, type RunRecord, type RunSeed, textNodes, triggerMark } from './runs';
export { type FakeB3os, startFakeB3os } from './server';
export { FakeService } from './service';
export * from './settings';
