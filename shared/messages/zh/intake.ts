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
  noFiles: '该信息项不以文件为值',
  fileType: (types) => `该信息项的文件类型限于 ${types}`,
  fileBytes: (most) => `该信息项的文件至多 ${most} 字节`,
  fileOther: '该文件的各部分与此前不同：文件变更后须作为新文件上传。',
  fileUnfinished: '该文件的各部分尚未按所列全部到达。',
  fileTaken: '该文件已是另一条记录的值：请为本记录重新上传。',
};
