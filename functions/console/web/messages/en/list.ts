export const list = {
  next: 'Next',
  previous: 'Previous',
  first: 'To the beginning',
  last: 'To the end',
  open: 'Open',
  close: 'Close',
  at: (n: string, all: string) => `Row ${n} of ${all}`,
  section: 'Next section',
  sectionBefore: 'Previous section',
  asTable: 'As a table',
  asChart: 'As a chart',
};
