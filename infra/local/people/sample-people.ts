/** People of the sample offices. All of them are made up. */

export interface SamplePerson {
  /** What they log in as: their `sub`, and what the log calls them. */
  id: string;
  name: string;
  zh: string;
  roles: readonly ('auditor' | 'steward' | 'clerk')[];
  /** Client id of their office. */
  office: string;
}

export const SAMPLE_PEOPLE: readonly SamplePerson[] = [
  { id: 'wang.fang', name: 'Wang Fang', zh: '王芳', roles: ['auditor'], office: 'audit-office' },
  { id: 'li.na', name: 'Li Na', zh: '李娜', roles: ['steward'], office: 'steward-office' },
  { id: 'chen.jie', name: 'Chen Jie', zh: '陈杰', roles: ['steward'], office: 'steward-office' },
  { id: 'zhao.min', name: 'Zhao Min', zh: '赵敏', roles: ['clerk'], office: 'mca-county' },
  { id: 'zhou.qin', name: 'Zhou Qin', zh: '周琴', roles: ['clerk'], office: 'mca-county' },
  { id: 'sun.lei', name: 'Sun Lei', zh: '孙磊', roles: ['clerk'], office: 'edu-county' },
];
