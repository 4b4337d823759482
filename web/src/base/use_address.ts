// State of a page that lives in the address bar: a link to the page is a link to the question.
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';

/**
 * `read` turns the text of the parameter (null when absent) into the state; `write` is its inverse.
 * What is set holds at once, although the address follows a moment later: the next change builds on it.
 * A change replaces the entry of the history unless `push` is set, so that Back leaves the page.
 */
export function useAddress<T>(parameter: string, read: (text: string | null) => T, write: (value: T) => string) {
  const [parameters, setParameters] = useSearchParams();
  const text = parameters.get(parameter);
  const [pending, setPending] = useState<{ value: T; written: string; behind: (string | null)[] } | null>(null);
  const value = useMemo(() => (pending !== null && pending.behind.includes(text) ? pending.value : read(text)), [pending, read, text]);
  useEffect(() => {
    if (pending !== null && (text === pending.written || !pending.behind.includes(text))) setPending(null);
  }, [pending, text]);
  const set = useCallback(
    (next: T, options?: { push?: boolean }) => {
      const written = write(next);
      setPending((before) => ({ value: next, written, behind: [...(before ? [...before.behind, before.written] : []), text].filter((item) => item !== written) }));
      setParameters(
        (current) => {
          const copy = new URLSearchParams(current);
          copy.set(parameter, written);
          return copy;
        },
        { replace: !options?.push, preventScrollReset: true },
      );
    },
    [parameter, setParameters, text, write],
  );
  return [value, set] as const;
}
