import { everyCall } from './every-call.ts';
import { REQUESTS } from './scenarios/requests.ts';

everyCall(REQUESTS);
