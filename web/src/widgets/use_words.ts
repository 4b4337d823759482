// Words of the workspace in the language of the screen, for widgets that get the vocabulary handed in.
import { createContext, useContext, useMemo } from 'react';
import { useLanguage } from '@/base/preferences';
import type { Vocabulary } from '@/model/contract';
import { makeWords, type Words } from '@/model/words';

export const VocabularyContext = createContext<Vocabulary | undefined>(undefined);

export const useKnownVocabulary = (): Vocabulary | undefined => useContext(VocabularyContext);

export function useWords(): Words {
  const vocabulary = useKnownVocabulary();
  const language = useLanguage();
  return useMemo(() => makeWords(vocabulary, language), [vocabulary, language]);
}
