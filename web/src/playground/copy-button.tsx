/** A button that copies, and says so. */
import { type ReactNode, useState } from 'react';

interface Props {
  text: () => string;
  children: ReactNode;
}

export function CopyButton({ text, children }: Props) {
  const [said, say] = useState('');

  async function copy() {
    try {
      await navigator.clipboard.writeText(text());
      say('Copied');
    } catch {
      // Browsers allow it on https pages only, and only where the reader permits it.
      say('The browser did not allow copying');
    }
    setTimeout(() => say(''), 2500);
  }

  return (
    <>
      <button type="button" onClick={() => void copy()}>
        {children}
      </button>
      <span role="status" className="said">
        {said}
      </span>
    </>
  );
}
