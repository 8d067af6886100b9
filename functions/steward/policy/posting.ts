import type { PostingRequest, PostingResponse } from '../../../shared/contract/routes/posting.ts';
import { codeText } from '../../../shared/language.ts';
import { columnFindings } from '../../../shared/policy/check/posting.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';

/** The list is neither stored nor logged, and nothing of it stands in the answer. */
export function checkPosting(pack: Pack, { columns }: PostingRequest): PostingResponse {
  const checked = columns.map(({ heading, values = [] }) => {
    const findings = columnFindings(pack, heading, values).map((finding) => {
      const { label = codeText(finding.kind) } = pack.posting?.never[finding.kind] ?? {};
      return { ...finding, label };
    });
    return { may: findings.length === 0, findings };
  });
  return {
    policy: { version: pack.version, hash: pack.hash },
    may: checked.every(({ may }) => may),
    rule: pack.posting?.rule ?? '',
    columns: checked,
  };
}
