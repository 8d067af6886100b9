import * as v from 'valibot';
import { route, routes } from './route.ts';

/** The console itself: built pages, the same for every caller. */
export const consoleRoutes = routes('console', 'console', {
  openConsole: route('GET /console', 'public.read', { response: v.string(), produces: 'text/html' }),
  readConsoleFile: route('GET /console/*', 'public.read', { response: v.string(), produces: 'text/html' }),
});
