// State of a page that lives in the address bar: a link to the page is a link to the question.
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';

/**
 * `read` turns the text of the parameter (null when absent) into the state; `write` is its inverse.
 * A change replaces the entry of the history unless `push` is set, so that Back leaves the page.
 */
export function useAddress<T>(parameter: string, read: (text: string | null) => T, write: (value: T) => string) {
  const [parameters, setParameters] = useSearchParams();
  const text = parameters.get(parameter);
  const value = useMemo(() => read(text), [read, text]);
  const set = useCallback(
    (next: T, options?: { push?: boolean }) => {
      setParameters(
        (current) => {
          const copy = new URLSearchParams(current);
          copy.set(parameter, write(next));
          return copy;
        },
        { replace: !options?.push, preventScrollReset: true },
      );
    },
    [parameter, setParameters, write],
  );
  return [value, set] as const;
}
