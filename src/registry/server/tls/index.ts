// The door of tls: certificates of the server.
export { answerPlainHttp, readTls, watchTls } from './tls.ts';
