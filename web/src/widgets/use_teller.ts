// What a report needs to speak the language of the screen. The date is the one at which the screen began to speak it.
import { useMemo } from 'react';
import { useFormat } from '@/base/preferences';
import type { Teller } from '@/model/reports/teller';
import { useWords } from './use_words';

export function useTeller(): Teller {
  const format = useFormat();
  const words = useWords();
  return useMemo(() => ({ format, words, now: new Date() }), [format, words]);
}
