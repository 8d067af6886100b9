import type { alerts as English } from '../alerts.ts';
import type { Like } from '../texts.ts';

export const alerts: Like<typeof English> = {
  APPROVER_IS_REQUESTER: '批准或复核本人的行为',
  CALENDAR_ENDS: '工作日历即将到期',
  CASE_OPENED_AGAIN: '同一人员同一用途重复登记案件',
  CHAIN_FAULT: '日志链断裂',
  CLASS_CLOSED: '某一数据类，或者某部门在该类中的数据，目前无法解密',
  CODE_UNKNOWN: '函数运行的代码不在任何已签名版本之中',
  ENTRY_WITHOUT_UNWRAP: '有日志无解密',
  ENUMERATION: '批量试探',
  FOREIGN_PRINCIPAL: '异常主体解密',
  HARM_REPORT_UNFOUNDED: '强制报告以查无实据办结',
  INDEX_LOST: '索引记录丢失',
  KEYS_LEFT: '密钥任务未处理某一类别',
  MACS_WITHOUT_ENTRY: '查找次数多于日志所载',
  PROGRAMME_ENDS: '核验项目即将到期',
  PROHIBITED_PURPOSE: '申请禁止用途',
  REASON_NEEDS_REVIEW: '申请内容涉及禁止用途',
  REVIEW_VIOLATION: '紧急访问经复核违规',
  SECOND_PROHIBITED_ATTEMPT: '一日内二次申请禁止用途',
  TASK_OVERDUE: '任务逾期',
  TRAIL_LATE: 'KMS 记录数小时未送达',
  TRAIL_UNREADABLE: 'KMS 记录文件无法读取',
  UNWRAP_DIFFERS: '解密与日志不符',
  UNWRAP_WITHOUT_ENTRY: '无日志解密',
  WITNESSES_LATE: '长时间没有足数的见证方查看日志',
};
