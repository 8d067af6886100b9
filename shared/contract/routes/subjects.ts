/** A person's reference by a number that the caller has. */
import * as v from 'valibot';
import { Receipt, Subject, Words } from './common.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';

export const FindSubject = strictObject({ subject: Subject, ...Words });

export const subjectRoutes = routes('subjects', 'casework', {
  findSubject: route('POST /v1/subjects/find', 'subject.find', {
    body: FindSubject,
    response: v.object({ ref: v.string(), receipt: Receipt }),
  }),
});
