/** One choice of a question: a pick-list where the list is short, type-ahead where it is long. */
import { useState } from 'react';
import { isOption, type Option, type OptionGroup } from '../questions/options';
import type { Input, Value } from '../questions/question';
import { usePicks } from './picks';

interface Props {
  id: string;
  input: Input;
  value: Value;
  onPick: (value: Value) => void;
}

const labels: Readonly<Record<string, string>> = {
  region: 'Region',
  point: 'Point of the standard',
  council: 'Council',
  former: 'Council, past or present',
  text: 'Word or words',
};

export function PickField(props: Props) {
  const { id, input } = props;
  return (
    <div className="field">
      <label htmlFor={id}>{labels[input.name] ?? input.name}</label>
      <Field {...props} />
    </div>
  );
}

function Field({ id, input, value, onPick }: Props) {
  const { choices } = usePicks();
  switch (input.choice) {
    case 'region':
      return <PickList {...{ id, input, value, onPick }} groups={[{ label: '', options: choices.regions }]} />;
    case 'point':
      return <PickList {...{ id, input, value, onPick }} groups={choices.points} />;
    case 'council':
      // A new key when the list arrives, so that the field then shows the name instead of the reference.
      return <TypeAhead key={choices.councils.length} {...{ id, input, value, onPick }} options={choices.councils} />;
    case 'text':
      return <TypeAhead {...{ id, input, value, onPick }} options={[]} />;
  }
}

function PickList({ id, input, value, onPick, groups }: Props & { groups: readonly OptionGroup[] }) {
  const selected = groups.flatMap(({ options }) => options).find((option) => isOption(option, value));
  return (
    <select id={id} value={selected?.value ?? value ?? ''} onChange={(event) => onPick(event.target.value || null)}>
      {input.optional && <option value="">All of them</option>}
      {value !== null && !selected && <option value={value}>{value}</option>}
      {groups.map(({ label, options }) =>
        label ? (
          <optgroup key={label} label={label}>
            <Options options={options} />
          </optgroup>
        ) : (
          <Options key={label} options={options} />
        ),
      )}
    </select>
  );
}

function Options({ options }: { options: readonly Option[] }) {
  return options.map(({ value, label }) => (
    <option key={value} value={value}>
      {label}
    </option>
  ));
}

function TypeAhead({ id, input: { optional }, value, onPick, options }: Props & { options: readonly Option[] }) {
  const [text, setText] = useState(() => options.find((option) => isOption(option, value))?.label ?? value ?? '');

  function typed(next: string) {
    setText(next);
    const name = next.trim().toLowerCase();
    const named = options.find(({ label }) => label.toLowerCase() === name);
    // What is no name in the list may still be a code that the server knows.
    onPick(optional && name === '' ? null : (named?.value ?? next));
  }

  return (
    <>
      <input
        id={id}
        list={`${id}-options`}
        required={!optional}
        placeholder={optional ? 'All of them' : undefined}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onFocus={(event) => event.target.select()}
        onChange={(event) => typed(event.target.value)}
      />
      <datalist id={`${id}-options`}>
        {options.map((option) => (
          <option key={option.label} value={option.label} />
        ))}
      </datalist>
    </>
  );
}
