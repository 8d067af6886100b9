import type { cases as english } from '../en/cases.ts';
import type { Twin } from '../typed.ts';

export const cases: Twin<typeof english> = {
  routes: {
    'POST /v1/cases': '为一个用途登记案件，经确认后生效',
    'GET /v1/cases': '本单位的案件，最先结束的在前；安全审计员可查某单位的案件',
    'GET /v1/cases/:id': '一件案件',
    'POST /v1/cases/:id/confirm': '确认他人登记的案件',
    'POST /v1/cases/:id/assign': '将案件指派给人员，取代原经办人',
    'POST /v1/cases/:id/close': '结案，随即停止其数据提供',
  },
  members: {
    again: ['再次', '其中有人曾因同一用途列入本单位案件，须由另一条线确认'],
    agency: ['单位', '案件所属单位'],
    'query.agency': ['单位', '安全审计员：仅该单位的案件'],
    'closed.by': ['结案单位', '结案的单位'],
    'opened.by': ['登记单位', '登记的单位'],
    'answer.case': ['案件', '该行为之后的案件；单件查询中为单位的案号'],
    'body.case': ['案号', '单位的案号'],
    'case.case': ['案号', '单位的案号'],
    'cases.case': ['案号', '单位的案号'],
    cases: ['案件', '各件案件，最先结束的在前'],
    from: ['起始', '开始生效的时间，RFC 3339，UTC；确认前没有此项'],
    'path.id': ['案件', '案件的编号'],
    'opened.officer': ['经办人', '登记的经办人'],
    officers: ['经办人', '本单位被指派办理该案的经办人'],
    opened: ['登记', '何人何时因何登记'],
    refs: ['本单位编号', '本单位立案时用来指明人员的编号；以号码指明的人员，此处不列编号'],
    state: ['状态', '待确认 `waiting`、有效 `open`、期满 `ended` 或者已结 `closed`'],
    subjects: ['名下人数', '立案时指明的人数；其中两个可能是同一人'],
    'body.subjects': ['人员', '各人，以本单位编号（`ref`）或者匹配键（`match`）指明；人数不超过该用途一次请求的上限'],
    until: ['截止', '有效期的结束；待确认的为等待的结束；RFC 3339，UTC'],
    waitsFor: ['等待', '待确认期间：被请求由其负责人确认的单位，或者部门'],
    with: ['方式', '由人员 `person` 或者登记簿 `register` 确认'],
  },
};
