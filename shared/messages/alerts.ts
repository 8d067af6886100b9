import { texts } from './texts.ts';
/** What the gateway's own alerts are called, by code. A pack that lists an alert calls it in its own words. */
export const alerts = {
  APPROVER_IS_REQUESTER: 'A person tried to approve or review their own act',
  CALENDAR_ENDS: 'The calendar of working days ends soon',
  CASE_OPENED_AGAIN: 'A case about the same person and purpose was opened again',
  CHAIN_FAULT: "A writer's chain of entries does not verify",
  CLASS_CLOSED: 'A class of data, or what a department has of it, cannot be opened at present',
  CODE_UNKNOWN: 'A function runs code that no signed release names',
  ENTRY_WITHOUT_UNWRAP: 'An entry without an unwrap',
  ENUMERATION: 'Many requests that may be guesses',
  FOREIGN_PRINCIPAL: 'A foreign principal unwrapped a key',
  HARM_REPORT_UNFOUNDED: 'A report of harm was closed as unfounded',
  INDEX_LOST: 'Rows of the index were lost',
  KEYS_LEFT: 'A job left the keys of a class as they were',
  MACS_WITHOUT_ENTRY: 'A function looked up more than its entries explain',
  PROGRAMME_ENDS: 'A programme of checks ends soon',
  PROHIBITED_PURPOSE: 'Prohibited use requested',
  REASON_NEEDS_REVIEW: 'The words of a request point at a prohibited use',
  REVIEW_VIOLATION: 'A review found that an emergency access was not justified',
  SECOND_PROHIBITED_ATTEMPT: 'Second prohibited attempt within a day',
  TASK_OVERDUE: 'A task was not done in time',
  TRAIL_LATE: "KMS's own record has delivered nothing for hours",
  TRAIL_UNREADABLE: "A file of KMS's own record cannot be read",
  UNWRAP_DIFFERS: 'A key was unwrapped for another person or class than that of the entry',
  UNWRAP_WITHOUT_ENTRY: 'A key was unwrapped without an entry',
  WITNESSES_LATE: 'Too few witnesses have seen the log lately',
};

export const alertTexts = texts(alerts, (language) => import(`./${language}/alerts.ts`));
