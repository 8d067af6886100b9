import type { orders as english } from '../en/orders.ts';
import type { Twin } from '../typed.ts';

export const orders: Twin<typeof english> = {
  routes: {
    'POST /v1/freezes': '立即冻结当事人、单位、人员、用途或者数据类（操作 casework、steward 或 audit）',
    'GET /v1/freezes': '有效的冻结：单位、人员、用途和数据类；当事人的冻结仅策略管理员和安全审计员可见',
    'GET /v1/freezes/:id': '一项冻结及其阻止的请求数（分档，策略管理员和安全审计员可见）',
    'DELETE /v1/freezes/:id': '解除冻结（两人：第一人答复 202，第二人答复 200）',
    'POST /v1/holds': '要求保全记录或者其中的信息项（有权机关两人中的第一人）',
    'GET /v1/holds': '有效的保全：安全审计员可见全部，单位可见自己的；均不列明当事人',
    'POST /v1/holds/:id/confirm': '保全生效（本单位的第二人）',
    'DELETE /v1/holds/:id': '解除保全（两人：第一人答复 202，第二人答复 200）',
  },
  members: {
    at: ['时间', '申请或者实施的时间，RFC 3339，UTC'],
    by: ['单位', '作出该项的单位'],
    'lifting.by': ['申请单位', '申请解除的单位'],
    fields: ['信息项', '所保全的信息项；没有此项的为全部记录'],
    freeze: ['冻结', '该行为之后的冻结'],
    freezes: ['冻结', '有效的冻结'],
    hold: ['保全', '该行为之后的保全'],
    holds: ['保全', '有效的保全'],
    'path.id': ['编号', '冻结或者保全的编号'],
    'target.kind': ['种类', '`subject`、`agency`、`officer`、`purpose` 或者 `class`'],
    lifting: ['解除申请', '等待第二人的解除申请'],
    'said.officer': ['经办人', '作出冻结的经办人'],
    'target.officer': ['经办人', '该单位的经办人，按其请求中所用姓名'],
    'said.reason': ['事由', '冻结的事由'],
    said: ['说明', '冻结的经办人及事由，限作出冻结的单位、策略管理员和安全审计员'],
    state: ['状态', '`requested`、`in-force` 或者 `lifted`'],
    stopped: ['已阻止', '至少拒绝了这么多答复，或者在其中略去了该数据类：0、1、10 或者 100'],
    'target.subject': ['当事人', '以本单位编号或者匹配键指明的当事人'],
    target: ['对象', '所冻结的对象：一人、一个单位、该单位的一名经办人、一个用途或者一个数据类'],
    until: ['截止', '对当事人的冻结自行结束的时间，RFC 3339，UTC'],
    'lifting.until': ['截止', '申请结束的时间，RFC 3339，UTC'],
  },
};
