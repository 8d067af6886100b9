import type { intake as English } from '../intake.ts';
import type { Like } from '../texts.ts';

export const intake: Like<typeof English> = {
  stillRunning: '使用此 Idempotency-Key 的首个请求仍在处理。',
  keyUsed: '此 Idempotency-Key 已用于另一请求。',
  sheetContended: '该表单正被反复变更，请重试。',
  noRecord: '正文没有记录',
  sameSubject: '同一当事人的其他记录正在写入，请重试。',
  noFieldStored: '该记录没有本单位可以存储的信息项。',
  oneSheet: '一条记录只写一个部门的表单：请按部门分别发送。',
};
