// What the whole screen agrees on: language, time zone, currency. Set once by the app from the
// session and the settings; read anywhere through useFormat() and useLabel().
import { createContext, useContext, useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { makeFormat, type Format } from './format';
import { isLanguage, type Label, type Language } from './i18n';

interface Place {
  timezone: string;
  currency: string;
}

const PlaceContext = createContext<Place>({ timezone: 'Europe/Rome', currency: 'EUR' });

export function PlaceProvider({ timezone, currency, children }: Place & { children: ReactNode }) {
  const place = useMemo(() => ({ timezone, currency }), [timezone, currency]);
  return <PlaceContext value={place}>{children}</PlaceContext>;
}

export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return isLanguage(i18n.language) ? i18n.language : 'it';
}

export function useFormat(): Format {
  const { timezone, currency } = useContext(PlaceContext);
  const language = useLanguage();
  return useMemo(() => makeFormat(language, timezone, currency), [language, timezone, currency]);
}

/** Reads a label in the language of the screen; the other language stands in where one is missing. */
export function useLabel(): (label: Partial<Label> | string | null | undefined, fallback?: string | null) => string {
  const language = useLanguage();
  return useMemo(
    () => (label, substitute) => {
      const fallback = substitute ?? '';
      if (!label) return fallback;
      if (typeof label === 'string') return label;
      return label[language] || label[language === 'it' ? 'en' : 'it'] || fallback;
    },
    [language],
  );
}
