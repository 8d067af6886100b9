/** A body for each route that takes one, as the sample data of the local gateway understands it. */

import type { Name } from './routes.ts';

const WHO = { officer: 'zhang.wei', reason: 'winter subsidy, grade 5' };
const PERSON = { match: { id_number: '990001201806250110' } };
const PAPER = '0f343b0931126a20f133d67c2b018a3b5f1a7c6d2b0e9f8a7b6c5d4e3f2a1b0c';
const CHECK = { programme: 'spring-bud', purpose: 'C1', case: 'CHA-2026-001' };
const CHARITY = { officer: 'shen.yi', reason: 'school grant, spring term' };

export const examples: Partial<Record<Name, object>> = {
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
  'POST /requests/{id}/approve': {
    officer: 'liu.yang',
    reason: 'the writ names this child',
    fields: ['name'],
  },
  'POST /requests/{id}/refuse': {
    officer: 'liu.yang',
    reason: 'the case can do without',
    code: 'not-necessary',
  },
  'POST /requests/{id}/ask-material': {
    officer: 'liu.yang',
    reason: 'the writ names no child',
    missing: ['instrument', 'scope'],
  },
  'POST /requests/{id}/supply': { ...WHO, statement: 'page 3 names the child', documents: [PAPER] },
  'POST /requests/{id}/dispute': { officer: 'wu.jun', reason: 'page 3 names the child' },
  'POST /requests/{id}/withdraw': { officer: 'zhang.wei', reason: 'not needed any more' },
  'POST /requests/{id}/collect': { ...WHO, subjects: [PERSON] },
  'POST /tasks/{id}/take': { officer: 'zhang.wei' },
  'POST /tasks/{id}/give-back': { officer: 'zhang.wei' },
  'POST /tasks/{id}/complete': { ...WHO, outcome: 'told' },
  'POST /consents': {
    subject: PERSON,
    purpose: 'C1',
    recipient: 'charity-sunrise',
    fields: ['birth_date', 'hardship_category'],
    giver: 'guardian',
    relation: 'mother',
    method: 'signed-form',
    evidence: PAPER,
    noticeVersion: PAPER,
    officer: 'chen.jing',
    reason: 'signed at the desk',
  },
  'POST /consents/{id}/confirm': {
    document: { kind: 'resident-card', number: '990001199409306088' },
    officer: 'chen.jing',
    reason: 'seen at the desk',
  },
  'POST /consents/{id}/code': {
    document: { kind: 'resident-card', number: '990001199409306088' },
    officer: 'chen.jing',
    reason: 'seen at the desk',
  },
  'POST /consents/{id}/withdraw': {
    method: 'signed-form',
    evidence: PAPER,
    officer: 'chen.jing',
    reason: 'withdrawn at the desk',
  },
  'POST /cases': {
    case: 'V-2026-9',
    purpose: 'W3',
    subjects: [PERSON],
    officers: ['zhao.min'],
    officer: 'zhao.min',
    reason: 'visits of the village',
  },
  'POST /cases/{id}/assign': { officers: ['zhao.min'], officer: 'zhou.qin', reason: 'on leave' },
  'POST /cases/{id}/confirm': { officer: 'zhou.qin', reason: 'as assigned' },
  'POST /cases/{id}/close': { officer: 'zhao.min', reason: 'the visits have ended' },
};
