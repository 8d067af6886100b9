import type * as v from 'valibot';
import { expectTypeOf, it } from 'vitest';
import type * as casework from '../../shared/contract/casework.ts';
import type * as common from '../../shared/contract/common.ts';
import type * as office from '../../shared/contract/office.ts';
import type * as release from '../../shared/contract/release.ts';
import type * as requests from '../../shared/contract/requests.ts';
import type * as reviews from '../../shared/contract/reviews.ts';
import type { AgencyView } from '../../shared/contract/routes/agencies.ts';
import type { CardResponse, TestedText } from '../../shared/contract/routes/cards.ts';
import type { TaskView } from '../../shared/contract/routes/casework.ts';
import type { Pending, Receipt, Withheld } from '../../shared/contract/routes/common.ts';
import type { ConsentView } from '../../shared/contract/routes/consents.ts';
import type { FreezeView } from '../../shared/contract/routes/freezes.ts';
import type { IncidentView } from '../../shared/contract/routes/incidents.ts';
import type { InquiryAnswer, InquiryRefused } from '../../shared/contract/routes/inquiries.ts';
import type { LeakCheckResponse, StatisticsResponse } from '../../shared/contract/routes/insight.ts';
import type { Written } from '../../shared/contract/routes/intake.ts';
import type { Erased, JobView, Merged } from '../../shared/contract/routes/maintenance.ts';
import type { ObjectionView } from '../../shared/contract/routes/objections.ts';
import type { PostingResponse } from '../../shared/contract/routes/posting.ts';
import type { ReleaseResponse } from '../../shared/contract/routes/release.ts';
import type { ReceivedRequest, SentRequest } from '../../shared/contract/routes/requests.ts';
import type { Day, Group } from '../../shared/contract/routes/reviews.ts';
import type { CatalogueResponse, WhoamiResponse } from '../../shared/contract/routes/steward.ts';
import type { VerificationResponse } from '../../shared/contract/routes/verify.ts';
import type { Change, Published, Version } from '../../shared/contract/routes/versions.ts';

/** A schema says `undefined` of a member that may be left out, a shape does not: apart from that they are compared. */
type Plain<T> = T extends readonly (infer One)[]
  ? Plain<One>[]
  : T extends object
    ? { [K in keyof T]: Plain<Exclude<T[K], undefined>> | Extract<T[K], null> }
    : T;

type Agrees<Schema extends v.GenericSchema<unknown, unknown>, Shape> = [
  Plain<v.InferOutput<Schema>>,
  Plain<Shape>,
] extends [Plain<Shape>, Plain<v.InferOutput<Schema>>]
  ? true
  : { schema: Plain<v.InferOutput<Schema>>; shape: Plain<Shape> };

interface Pairs {
  receipt: Agrees<typeof Receipt, common.Receipt>;
  withheld: Agrees<typeof Withheld, common.Withheld>;
  pending: Agrees<typeof Pending, common.Pending>;
  taskView: Agrees<typeof TaskView, casework.Task>;
  consentView: Agrees<typeof ConsentView, casework.Consent>;
  freezeView: Agrees<typeof FreezeView, casework.Freeze>;
  objectionView: Agrees<typeof ObjectionView, casework.Objection>;
  incidentView: Agrees<typeof IncidentView, casework.Incident>;
  sentRequest: Agrees<typeof SentRequest, requests.SentRequest>;
  receivedRequest: Agrees<typeof ReceivedRequest, requests.ReceivedRequest>;
  written: Agrees<typeof Written, release.Written>;
  releaseResponse: Agrees<typeof ReleaseResponse, release.Released>;
  verificationResponse: Agrees<typeof VerificationResponse, release.Verified>;
  inquiryAnswer: Agrees<typeof InquiryAnswer, release.InquiryAnswer>;
  inquiryRefused: Agrees<typeof InquiryRefused, release.InquiryRefused>;
  leakCheckResponse: Agrees<typeof LeakCheckResponse, release.LeakCheck>;
  postingResponse: Agrees<typeof PostingResponse, release.PostingCheck>;
  statisticsResponse: Agrees<typeof StatisticsResponse, release.Counts>;
  cardResponse: Agrees<typeof CardResponse, release.CardResult>;
  testedText: Agrees<typeof TestedText, release.TestedText>;
  agencyView: Agrees<typeof AgencyView, office.AgencyView>;
  whoamiResponse: Agrees<typeof WhoamiResponse, office.Whoami>;
  catalogueResponse: Agrees<typeof CatalogueResponse, office.Catalogue>;
  version: Agrees<typeof Version, office.PolicyVersion>;
  change: Agrees<typeof Change, office.PolicyChange>;
  published: Agrees<typeof Published, office.Published>;
  erased: Agrees<typeof Erased, office.Erased>;
  merged: Agrees<typeof Merged, office.Merged>;
  jobView: Agrees<typeof JobView, office.Job>;
  group: Agrees<typeof Group, reviews.ReviewGroup>;
  day: Agrees<typeof Day, reviews.ReviewDay>;
}

/** Names of the schemas that differ. */
type Differing = { [Name in keyof Pairs]: Pairs[Name] extends true ? never : Name }[keyof Pairs];

// The type check is the test: a schema or a shape that changes alone does not compile.
it('the schemas of the routes describe the shapes that the clients read', () => {
  expectTypeOf<Differing>().toBeNever();
});
