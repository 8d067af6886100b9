import type { Kind, Type, Verb } from '../derive.ts';

const PLAIN = { text: 'String', whole: 'Long', number: 'Number', flag: 'Boolean', any: 'Object' } as const;

function typed(type: Type): string {
  if (type.is === 'list') return `List<${typed(type.of)}>`;
  if (type.is === 'map') return `Map<String, ${typed(type.of)}>`;
  return type.is === 'object' ? `Shapes.${type.name}` : PLAIN[type.is];
}

/** How a value of JSON becomes one of the type: a function of one value. */
function reader(type: Type): string {
  if (type.is === 'list') return `Typed.list(${reader(type.of)})`;
  if (type.is === 'map') return `Typed.map(${reader(type.of)})`;
  if (type.is === 'object') return `Typed.object(Shapes.${type.name}::new)`;
  return `Typed.as(${PLAIN[type.is]}.class)`;
}

/** Words of the language, methods that each object has, and the component of a record. */
const RESERVED = new Set(
  (
    'abstract assert boolean break byte case catch char class const continue default do double else enum extends ' +
    'false final finally float for goto if implements import instanceof int interface long native new null package ' +
    'private protected public return short static strictfp super switch synchronized this throw throws transient ' +
    'true try void volatile while clone finalize getClass hashCode notify notifyAll toString wait json'
  ).split(' '),
);
const safe = (name: string) => (RESERVED.has(name) ? `${name}_` : name.replaceAll(/\W/g, '_'));
const said = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('*/', '*&#47;');

function kindOf({ name, members }: Kind): string {
  const lines = members.map(
    ({ name: member, type, required, description }) => `
    /** ${said(description)}${required ? '' : '; null if absent'}. */
    public ${typed(type)} ${safe(member)}() {
      return ${reader(type)}.apply(json.get("${member}"));
    }
`,
  );
  return `  public record ${name}(Map<String, Object> json) {${lines.join('')}  }\n`;
}

function verbOf(verb: Verb): string {
  const parameters = [
    ...verb.ids.map((id) => `String ${safe(id)}`),
    ...(verb.query.length > 0 ? ['Map<String, String> query'] : []),
    ...(verb.body ? ['Map<String, Object> body'] : []),
  ];
  const path = verb.path
    .split(/[{}]/)
    .map((part, at) => (at % 2 === 0 ? `"${part}"` : `segment(${safe(part)})`))
    .filter((part) => part !== '""')
    .join(' + ');
  const safety = verb.keyed ? 'KEYED' : verb.repeatable ? 'REPEATABLE' : 'ONCE';
  const notes = [
    ...verb.query.map(({ name, description }) => `query ${name}: ${description}`),
    ...(verb.body?.type.is === 'object'
      ? [`body: the members of {@link Shapes.${verb.body.type.name}}`]
      : []),
    'grant: what the token is asked for; null: one of the actions of the operation',
  ];
  const doc = `  /**\n   * ${said(verb.summary)}.\n   * <ul>${notes.map((one) => `\n   *   <li>${said(one)}`).join('')}\n   * </ul>\n   */\n`;
  const query = verb.query.length > 0 ? 'query' : 'Map.of()';
  const actions = `List.of(${verb.actions.map((one) => `"${one}"`).join(', ')})`;
  return `${doc}  public ${typed(verb.answer)} ${verb.name}(${[...parameters, 'Map<String, Object> grant'].join(', ')}) {
    return ${reader(verb.answer)}.apply(operate("${verb.method}", ${path}, Wire.Safety.${safety}, ${actions}, grant, ${query}, ${verb.body ? 'body' : 'null'}));
  }
`;
}

/** The sources by the names of their classes. */
export function java({ kinds, verbs }: { kinds: Kind[]; verbs: Verb[] }): Record<string, string> {
  return {
    Operations: `package fieldgate;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Every operation of the gateway for programs, by the names of its OpenAPI document, of which clients/derive.ts made this. */
public abstract class Operations {
  abstract Object operate(String method, String path, Wire.Safety safety, List<String> actions, Map<String, Object> grant,
      Map<String, String> query, Map<String, Object> body);

  static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

${verbs.map(verbOf).join('\n')}}
`,
    Shapes: `package fieldgate;

import java.util.List;
import java.util.Map;

/** What operations take and answer: records over the JSON, with each member as a method and the whole as {@code json}. */
public final class Shapes {
  private Shapes() {}

${kinds.map(kindOf).join('\n')}}
`,
  };
}
