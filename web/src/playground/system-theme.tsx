/** Has the editors' colours change with the system's, as the rest of the page does. GraphiQL reads them once. */
import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect } from 'react';

export function SystemTheme() {
  const chosen = useGraphiQL((state) => state.theme);
  const { setTheme } = useGraphiQLActions();
  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    // The same choice again: it is what has GraphiQL look at the system.
    const again = () => setTheme(chosen);
    dark.addEventListener('change', again);
    return () => dark.removeEventListener('change', again);
  }, [chosen, setTheme]);
  return null;
}
