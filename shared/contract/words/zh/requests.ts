import type { requests as english } from '../en/requests.ts';
import type { Twin } from '../typed.ts';

export const requests: Twin<typeof english> = {
  routes: {
    'POST /v1/requests': '向来源部门申请须经批准的信息项',
    'GET /v1/requests': '本单位提交的或者可以答复的申请，最新的在前',
    'GET /v1/requests/:id': '一件申请',
    'POST /v1/requests/:id/approve': '作为来源部门批准申请的信息项，须与申请人分属不同条线',
    'POST /v1/requests/:id/refuse': '不批准申请的信息项，或者收回已作的批准',
    'POST /v1/requests/:id/ask-material': '告知还缺哪些材料，来源部门的时限随之中止',
    'POST /v1/requests/:id/supply': '申请单位补正材料',
    'POST /v1/requests/:id/dispute': '申请单位就不批准向上级部门提请复议',
    'POST /v1/requests/:id/withdraw': '申请单位撤回申请',
  },
  members: {
    agency: ['申请单位', '提交申请的单位'],
    at: ['提交时间', '提交的时间，RFC 3339，UTC'],
    box: ['信箱', '`sent`：本单位提交的；`received`（缺省）：本单位可以答复的'],
    'answer.counts': ['计数', '信箱中未办结、等待调用方、属于其经办人的申请数'],
    'query.counts': ['计数', '`yes`：答复同时给出信箱的计数'],
    'counts.due': ['待办', '等待本单位的申请数'],
    'query.due': ['待办', '`yes`：仅等待本单位的'],
    'path.id': ['申请', '申请的编号'],
    mine: ['可决定', '查看者可以决定的信息项'],
    'counts.mine': ['本人', '调用方经办人的申请数'],
    'query.mine': ['本人', '`yes`：仅调用方经办人提交的，或者其领取待办的'],
    'body.missing': ['缺少材料', '作出决定所缺全部材料的代码，因只能要求一次'],
    'counts.more': ['更多', '是否还有未计入的'],
    'counts.open': ['未办结', '未办结的申请数'],
    'answer.refs': ['本单位编号', '各人的本单位编号；列表中每件申请只给前一百个'],
    'requests.refs': ['本单位编号', '各人的本单位编号；列表中每件申请只给前一百个'],
    requests: ['申请', '各件申请，最新的在前'],
    state: ['状态', '`submitted`、`material`、`approved`、`refused`、`withdrawn`、`expired` 或者 `collected`'],
    'body.subjects': ['人员', '各人，以本单位编号（`ref`）或者匹配键（`match`）指明'],
    text: ['文本', '所询拟发布文本的摘要，base64url'],
    'body.why': ['理由', '不批准的理由，为策略代码；策略要求的才填'],
  },
};
