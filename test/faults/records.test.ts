import { everyCall } from './every-call.ts';
import { RECORDS } from './scenarios/records.ts';

everyCall(RECORDS);
