import type { files as english } from '../en/files.ts';
import type { Twin } from '../typed.ts';

export const files: Twin<typeof english> = {
  routes: {
    'POST /v1/files': '开始上传一个文件，作为本部门某信息项的值',
    'POST /v1/files/:id/parts': '加密文件全部各段的存储地址；可对相同的段再次请求',
    'POST /v1/files/:id/complete': '各段全部到达后合成对象；可重复',
  },
  members: {
    addresses: ['地址', '按顺序每段一个，数分钟内有效：写入该段字节，并以其 SHA-256（base64）为 `x-amz-checksum-sha256`'],
    bytes: ['大小', '文件填充和加密之前的字节数'],
    expires: ['期限', '须在此前以写入引用该文件，RFC 3339，UTC'],
    field: ['信息项', '以该文件为值的信息项'],
    file: ['文件', '文件编号，写入时以 `{"file": 编号}` 引用'],
    'path.id': ['文件', '文件编号'],
    partBytes: ['段大小', '除最后一段外，加密文件各段的字节数'],
    parts: ['各段', '加密文件各段的 SHA-256，按顺序，十六进制'],
    sha256: ['摘要', '文件的 SHA-256，十六进制；文件变更即为另一文件'],
    type: ['类型', '媒体类型，限该信息项所接受者'],
    upload: ['上传', '加密文件所用的密钥、上下文和盐，加密给本机构'],
  },
};
