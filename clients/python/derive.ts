import type { Kind, Type, Verb } from '../derive.ts';

const PLAIN = { text: 'str', whole: 'int', number: 'float', flag: 'bool', any: 'Any' } as const;

function typed(type: Type): string {
  if (type.is === 'list') return `list[${typed(type.of)}]`;
  if (type.is === 'map') return `dict[str, ${typed(type.of)}]`;
  return type.is === 'object' ? type.name : PLAIN[type.is];
}

const snake = (name: string) => name.replaceAll(/[A-Z]/g, (one) => `_${one.toLowerCase()}`);
const RESERVED = new Set(['from', 'class', 'with', 'pass', 'in', 'is', 'as']);
const safe = (name: string) => (RESERVED.has(name) ? `${name}_` : name);

/** By calls, because members may have names that Python reserves. */
function kindOf({ name, members }: Kind): string {
  const lines = members.map(({ name: member, type, required, description }) => {
    const shown = required ? typed(type) : `NotRequired[${typed(type)}]`;
    return `        # ${description}\n        "${member}": ${shown},\n`;
  });
  return `${name} = TypedDict(\n    "${name}",\n    {\n${lines.join('')}    },\n)\n`;
}

function verbOf(verb: Verb): string {
  const optional = [...verb.query].sort((a, b) => Number(b.required) - Number(a.required));
  const parameters = [
    ...verb.ids.map((id) => `${id}: str`),
    ...(verb.body ? [`body: ${typed(verb.body.type)}${verb.body.required ? '' : ' | None = None'}`] : []),
    ...(optional.length > 0 ? ['*'] : []),
    ...optional.map(({ name, required }) => `${safe(name)}: str${required ? '' : ' | None = None'}`),
  ];
  const grant = `grant: Grant | None = None`;
  const all = [...parameters, ...(optional.length > 0 ? [] : ['*']), grant];
  const path = verb.path.replaceAll(/\{(\w+)\}/g, '{_segment($1)}');
  const options = [
    ...(verb.body ? [verb.body.required ? 'body=dict(body)' : 'body=dict(body or {})'] : []),
    ...(verb.query.length > 0
      ? [`query={${verb.query.map(({ name }) => `"${name}": ${safe(name)}`).join(', ')}}`]
      : []),
  ];
  const safety = verb.keyed ? 'keyed' : verb.repeatable ? 'repeatable' : 'once';
  const call = [
    `"${verb.method}"`,
    `${path === verb.path ? '' : 'f'}"${path}"`,
    `"${safety}"`,
    `[${verb.actions.map((one) => `"${one}"`).join(', ')}]`,
    'grant',
    ...options,
  ];
  const about = verb.query.map(({ name, description }) => `\n        ${safe(name)}: ${description}`).join('');
  return `    def ${snake(verb.name)}(self, ${all.join(', ')}) -> ${typed(verb.answer)}:
        """${verb.summary}.${about && `\n${about}\n        `}"""
        return cast("${typed(verb.answer)}", self._operate(${call.join(', ')}))
`;
}

export function python({ kinds, verbs }: { kinds: Kind[]; verbs: Verb[] }): string {
  return `"""Every operation of the gateway for programs, and the types of what it takes and answers.

Made from the gateway's OpenAPI document by \`clients/derive.ts\`.
"""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict, cast
from urllib.parse import quote

#: What a token is asked for, if not for one of the operation's own actions.
Grant = TypedDict(
    "Grant",
    {
        "actions": list[str],
        "purpose": NotRequired[str],
        "case": NotRequired[str],
        "officer": NotRequired[str],
        "reason": NotRequired[str],
    },
)

${kinds.map(kindOf).join('\n')}

def _segment(value: str) -> str:
    return quote(value, safe="")


class Operations:
    """The operations by the names of the OpenAPI document. \`grant\` is needed where a token is for one purpose."""

    def _operate(
        self, method: str, path: str, safety: Any, actions: list[str], grant: Grant | None, *,
        body: dict[str, Any] | None = None, query: dict[str, str | None] | None = None,
    ) -> Any:
        raise NotImplementedError

${verbs.map(verbOf).join('\n')}`;
}
