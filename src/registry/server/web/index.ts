// The door of web: pages that show what a registry holds, made on the server, without a script.
export { webRoutes } from './routes.ts';
