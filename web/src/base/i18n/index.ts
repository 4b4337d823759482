// Texts of the screen, in Italian (default) and English.
//
// Every page keeps its own texts beside itself and registers them with defineTexts(); the compiler
// then refuses an English text without its Italian twin and the other way round.
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { commonEn, commonIt } from './common';

export const languages = ['it', 'en'] as const;
export type Language = (typeof languages)[number];

/** A label in every language of the screen, as the server sends it. */
export type Label = Record<Language, string>;

const storageKey = 'viaggio.language';

export function isLanguage(value: unknown): value is Language {
  return value === 'it' || value === 'en';
}

function storedLanguage(): Language {
  try {
    const stored = localStorage.getItem(storageKey);
    return isLanguage(stored) ? stored : 'it';
  } catch {
    return 'it';
  }
}

void i18next.use(initReactI18next).init({
  lng: storedLanguage(),
  fallbackLng: 'it',
  defaultNS: 'common',
  resources: { it: { common: commonIt }, en: { common: commonEn } },
  interpolation: { escapeValue: false },
  returnNull: false,
});

export interface Texts {
  [key: string]: string | Texts;
}

/** The same keys with other words. */
export type SameKeys<T> = { [K in keyof T]: T[K] extends string ? string : SameKeys<T[K]> };

/** Registers a page's texts under a namespace and returns it, for useTranslation(). */
export function defineTexts<T extends Texts>(namespace: string, it: T, en: SameKeys<T>): string {
  i18next.addResourceBundle('it', namespace, it, true, true);
  i18next.addResourceBundle('en', namespace, en, true, true);
  return namespace;
}

export function setLanguage(language: Language): void {
  try {
    localStorage.setItem(storageKey, language);
  } catch {
    // A browser that refuses storage still changes language for this visit.
  }
  document.documentElement.lang = language;
  void i18next.changeLanguage(language);
}

export function hasChosenLanguage(): boolean {
  try {
    return isLanguage(localStorage.getItem(storageKey));
  } catch {
    return false;
  }
}

export { i18next };
