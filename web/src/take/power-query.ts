/** A question as a query of Power Query (M), for Excel and Power BI. */
import { isObject } from '../answer/object';
import { rowsPath } from './rows';
import { bodyOf, PATH, type Taken } from './taken';

export function powerQueryOf(taken: Taken): string {
  const { query, ...others } = bodyOf(taken);
  const body = `[query = Question${Object.entries(others)
    .map(([name, value]) => `, ${name} = ${literal(value)}`)
    .join('')}]`;
  const path = taken.operationName ? [] : rowsPath(taken.query);
  // The address has to be literal and the path apart from it, else Power BI does not refresh on a schedule.
  return `// When asked how to connect, choose Anonymous. With a token, add to Headers: Authorization = "Bearer YOUR_TOKEN"
// How each region answered is in Answer[extensions][sources].
let
    Question = ${text(String(query), isLineEnd)},
    Body = Json.FromValue(${body}),
    Answer = Json.Document(Web.Contents(${text(taken.server)}, [
        RelativePath = ${text(PATH)},
        Headers = [#"Content-Type" = "application/json", Accept = "application/json"],
        Content = Body
    ])),
    Checked = if Record.HasFields(Answer, "errors")
        then error Error.Record("Folkmoot", Answer[errors]{0}[message])
        else Answer[data],
    Found = List.Accumulate(${literal(path)}, Checked,
        (found, name) => if found is record then Record.FieldOrDefault(found, name) else found),
    Rows = if Found is list then Found else if Found = null then {} else {Found},
    Listed = Table.FromColumns({Rows}, {"row"}),
    Names = List.Union(List.Transform(Rows, each if _ is record then Record.FieldNames(_) else {})),
    Result = if List.IsEmpty(Names) then Listed else Table.ExpandRecordColumn(Listed, "row", Names)
in
    Result
`;
}

function literal(value: unknown): string {
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return `{${value.map((item) => literal(item)).join(', ')}}`;
  if (!isObject(value)) return JSON.stringify(value ?? null);
  const fields = Object.entries(value).map(([name, field]) => `${identifier(name)} = ${literal(field)}`);
  return `[${fields.join(', ')}]`;
}

// Always quoted, since M has words of its own that are names in a query, such as `type`.
function identifier(name: string): string {
  return `#${text(name)}`;
}

const isLineEnd = (unit: string) => unit === '\n';

/** A text literal; what `isPlain` accepts stays as it is. */
function text(value: string, isPlain: (unit: string) => boolean = () => false): string {
  // `#(` begins an escape.
  const escaped = value.replaceAll('"', '""').replaceAll('#(', '#(#)(');
  return `"${escaped.replace(/[\0-\x1f\x7f\u2028\u2029]/g, (unit) => (isPlain(unit) ? unit : escape(unit)))}"`;
}

function escape(unit: string): string {
  return `#(${unit.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()})`;
}
