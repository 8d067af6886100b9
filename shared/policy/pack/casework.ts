import type { Text } from '../../language.ts';
import type { ConditionMap } from '../value/conditions.ts';
import type { Labelled, Lasting } from './parts.ts';

/** Paths of the name and number by which an inquirer is known, and of the number of another document. */
export interface Identity {
  name: string;
  number: string;
  other?: string;
}

export interface Right extends Labelled {
  rule: string;
  /** The field is withheld until the answer; with `ends` no longer than until the answer is due. */
  stops?: true;
  ends?: true;
  /** The person shows a document. */
  document?: true;
  /** How long the same person can't ask for the same again. */
  again?: Lasting;
  /** What the owner must have done by intake before it grants the request. */
  needs?: 'written' | 'deleted';
  /** The kind of task of each recipient once it is granted. */
  task?: string;
}

/** The consequences of acts of casework. */
export interface Casework {
  /** How long a person stays frozen. */
  freezes?: { lasts: Lasting };
  /** The parties on whose behalf a desk objects. */
  objections: {
    givers: readonly string[];
    /** What a person may ask of a field, by name. The first is the default. */
    rights: Readonly<Record<string, Right>>;
    /** Absent: no recipient reports an error. */
    reports?: { rule: string; right: string; faults: Readonly<Record<string, Labelled>> };
  };
  consents: {
    /** The kind of task that asks for a confirmation, and the departments that may be asked first. */
    task: string;
    asks: readonly string[];
    /** Documents by which a giver is known, each with the match key that its number is, if it is one. */
    documents: Readonly<Record<string, Labelled & { match?: string }>>;
    /** What a giver can be to the person; a desk's form offers one of these. */
    relations: Readonly<Record<string, Labelled>>;
  };
  /** The register of cases. */
  cases?: {
    rule: string;
    /** Roles of people who confirm and assign the cases of their office. */
    supervisors: readonly string[];
    /** The window of a case of a purpose without a limit of its own. */
    lasts: Lasting;
    /** The kind of task of a supervisor, and that of another line if a case is opened again. */
    task: string;
    again: {
      task: string;
      asks: readonly string[];
      /** How long after the end of a case its successor counts as it opened again. Absent: always. */
      within?: Lasting;
    };
  };
  inquiries: {
    rule: string;
    /** Inquirers who may be answered, and those among them who get the proof of completeness. */
    who: readonly string[];
    proof: readonly string[];
    /** The field or member that the shown name and number are compared with, by inquirer. */
    identity: Readonly<Record<string, Identity>>;
    /** Inquiries that a desk answers in one day. */
    perDay: number;
    /** Obligations of releases that are never shown, and those that an answer about an endangered person omits. */
    secret: readonly string[];
    deferred: readonly string[];
    /**
     * Fields of which each member is about one of those who decide for the person, and is told to that one alone: the path
     * at which the inquirer's own record names its member. To any other inquirer they look absent.
     */
    own?: Readonly<Record<string, string>>;
    /** Inquirers to whom the person's safety comes first. */
    guarded: {
      who: readonly string[];
      /** The rule under which fields are held back from them. */
      rule: string;
      /** Fields that they never get. */
      fields: readonly string[];
      /**
       * All that they get of an endangered person, and the purposes whose releases and checks they see: what a stranger may
       * know. Everything else looks as if no office had written it.
       */
      shows: { fields: readonly string[]; purposes: readonly string[] };
      /** The person counts as endangered while one of these holds, or while the consent table redacts. */
      secret: readonly ConditionMap[];
      /** Roles of offices that could reveal where the person is. */
      places: readonly string[];
    };
  };
  incidents: {
    grades: Readonly<Record<string, Labelled>>;
    /** The grade of an incident whose grade is not stated. */
    unstated: string;
    /** Hours until the first report, by kind of operator and grade. */
    operators: Readonly<
      Record<string, Labelled & { reportsTo: Labelled; hours: Readonly<Record<string, number>> }>
    >;
    /** Kind of the task for each report. */
    reports: Readonly<Record<'first' | 'supplement' | 'closing', string>>;
    keepYears: number;
    /** Department that informs the people concerned. */
    tells: string;
  };
  /** What printed pages say of this law, apart from what every page says. */
  pages: PageTexts;
  /** Reports of harm, which any office makes and which are no part of a record. Absent: there are none. */
  harm?: HarmReports;
}

interface PageTexts {
  /** On the answer to an inquiry: what the person may ask for, and within which time. */
  rights: Text;
  /** On a refused inquiry without a reason: who gives it, and where to complain. */
  refused: Text;
  /** On the answer to an objection: where to complain. */
  complaint: Text;
  /** The title of the report of an incident. */
  leak: Text;
}

export interface HarmReports {
  rule: string;
  /** The only purpose that opens reports. */
  purpose: string;
  /** The classes of what is reported, and of who reported it. */
  classes: { report: string; reporter: string };
  /** Departments that receive reports; the first by default. */
  to: readonly string[];
  task: string;
  /** Reports that an office makes in one day. */
  perDay: number;
  keepDays: number;
}
