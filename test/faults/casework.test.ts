import { everyCall } from './every-call.ts';
import { CASEWORK } from './scenarios/casework.ts';

everyCall(CASEWORK);
