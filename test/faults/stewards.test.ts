import { everyCall } from './every-call.ts';
import { STEWARDS } from './scenarios/stewards.ts';

everyCall(STEWARDS);
