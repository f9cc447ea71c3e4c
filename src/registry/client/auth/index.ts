// The door of auth: requests told who asks, and credentials tried.
export { type AuthorizerOptions, createAuthorizer } from './authorizer.ts';
export { verifyLogin } from './login.ts';
