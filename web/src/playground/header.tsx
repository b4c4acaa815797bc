/** The strip above the editors: where you are, whether the data is made up, and who you are. */
import { useEffect, useState } from 'react';
import { isDemo } from '../api/demo';
import { TokenPanel } from './token-panel';

export function Header() {
  const [demo, setDemo] = useState(false);
  useEffect(() => {
    void isDemo().then(setDemo);
  }, []);
  return (
    <header className="page-header">
      <div className="bar">
        <h1>
          <span className="brand">Folkmoot</span> Ask the peer groups
        </h1>
        <TokenPanel />
      </div>
      {demo && (
        <p className="demo" role="note">
          <strong>Demo data: made up.</strong> The councils are real; nothing else that is said of them is.
        </p>
      )}
    </header>
  );
}
