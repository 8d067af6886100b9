/** What a freeze may stop. */
type FreezeKind = 'subject' | 'agency' | 'officer' | 'purpose' | 'class';

/**
 * Acts beside a release. `who` lists roles, `owner` for a department that owns the data concerned, and `own` for an
 * agency about itself.
 */
export interface Acts {
  freezes: { rule: string; who: Readonly<Record<FreezeKind, readonly string[]>> };
  /** Roles of the desks that take what people say about any purpose and recipient, and see all of it. */
  consents: { rule: string; desks: readonly string[] };
  /** `givers`: on whose behalf a desk objects. */
  objections: { rule: string; who: readonly string[]; givers: readonly string[] };
  inquiries: {
    rule: string;
    /** Inquirers who may be answered, and those among them who get the proof that nothing was left out. */
    who: readonly string[];
    proof: readonly string[];
    /** Obligations of releases that are shown to nobody, and of those that a redacted answer leaves out. */
    secret: readonly string[];
    deferred: readonly string[];
  };
  incidents: {
    rule: string;
    who: readonly string[];
    /** Hours in which a leak is reported, by kind of operator. */
    clocks: Readonly<Record<string, number>>;
    keepYears: number;
    /** Department that tells those concerned. */
    tells: string;
  };
}
