/** A body for each route that takes one, as the sample data of the local gateway understands it. */

const WHO = { officer: 'zhang.wei', reason: 'winter subsidy, grade 5' };
const PERSON = { match: { id_number: '990001201806250110' } };
const CHECK = { programme: 'spring-bud', purpose: 'C1', case: 'CHA-2026-001' };
const CHARITY = { officer: 'shen.yi', reason: 'school grant, spring term' };

export const examples: Readonly<Record<string, object>> = {
  'POST /intake': {
    records: [
      {
        match: { local_id: 'SCHOOL-1' },
        fields: { school_name: { school: '清河县第二小学', class: '三年级2班' } },
      },
    ],
    dryRun: true,
  },
  'POST /release': { purpose: 'S1', ...WHO, subjects: [PERSON], fields: ['name', 'school_name'] },
  'POST /release-list': { purpose: 'S1', ...WHO, rows: [PERSON], fields: ['name', 'school_name'] },
  'POST /find': { subject: PERSON, ...WHO },
  'POST /verify': { ...CHECK, ...CHARITY, subject: PERSON },
  'POST /verify-list': { ...CHECK, ...CHARITY, rows: [PERSON, { ref: 'AQ9cf-GmBEoA2THS-7b4x9Q' }] },
  'POST /lists/{id}': { ...CHECK, ...CHARITY, rows: [PERSON, { ref: 'AQ9cf-GmBEoA2THS-7b4x9Q' }] },
  'POST /lists/{id}/end': { ...CHECK, ...CHARITY },
  'POST /receipt': {
    receipt: {
      entry: '41f202ec2aa3d0de8580809b0e650afa-2-0',
      leafHash: 'CXlLL38O4VEjwswC8ehhJddwE1MmHKeGTrjShev2y9s=',
      writer: '41f202ec2aa3d0de8580809b0e650afa',
      seq: 2,
      signature: '2P7BhpgQRTYqalxubO+rNzOt/XD7WMOtrf8WG4Jb3v+5if+0zExYCVxA1sxH3XqMocQLLWVlJYymR3TXrUxOBg==',
    },
    wait: 90000,
  },
  'POST /requests': { purpose: 'S1', ...WHO, subjects: [PERSON], fields: ['edu_assessment'] },
  'POST /requests/{id}/collect': { ...WHO, subjects: [PERSON] },
};
