import { handle } from '../http/rest-event.ts';
import { consoleApp } from './app.ts';

// The build puts the pages next to the bundle.
const folder = `${process.env['LAMBDA_TASK_ROOT']}/console`;

export const handler = handle(consoleApp({ folder: () => folder }));
