/** What stands in a pick-list. */

export interface Option {
  /** What is sent. */
  value: string;
  /** What people read. */
  label: string;
  /** Other ways to write the value, which a link or a default may use. */
  aliases?: readonly string[];
}

export interface OptionGroup {
  label: string;
  options: readonly Option[];
}

export function isOption({ value, aliases }: Option, picked: string | null): boolean {
  return picked !== null && (value === picked || aliases?.includes(picked) === true);
}

interface Council {
  slug: string;
  code: string;
  name: string;
  endsOn: string | null;
}

/** Names that tell councils apart: a successor often took over the name as well. */
export function councilOptions(councils: readonly Council[]): Option[] {
  const labels = councils.map(({ name, endsOn }) => (endsOn ? `${name} (until ${endsOn.slice(0, 4)})` : name));
  return councils.map(({ slug, code, endsOn }, at) => {
    const label = labels[at] ?? slug;
    const isShared = labels.indexOf(label) !== labels.lastIndexOf(label);
    // The short name may have gone to the successor, too; the code never does.
    return { value: endsOn ? code : slug, label: isShared ? `${label}, ${code}` : label, aliases: [code, slug] };
  });
}
