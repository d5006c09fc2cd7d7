export { OUTPUT, POLL } from './helperWorkflow';
export { prepareSleep, readSleep, type SleepItem, type Waiting } from './prepareSleep';
export { sleepOption } from './sleepOption';
export { pollStep, readResults } from './steps';
