export { isObject, isTooDeep, type JsonObject, parseJson, toNumber } from './answers';
export { clock } from './clock';
export { type Fault, statusWords } from './fault';
export { locatorValue, toId } from './ids';
export { type ApiContext, connect, type HttpService, toBaseUrl } from './send';
