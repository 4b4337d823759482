// What a report needs to speak the language of the screen.
import type { Format } from '@/base/format';
import type { Words } from '@/model/words';

export interface Teller {
  format: Format;
  words: Words;
  now: Date;
}

export const italian = ({ format }: Teller): boolean => format.language === 'it';

/** The text of the screen's language. */
export const either = (teller: Teller, it: string, en: string): string => (italian(teller) ? it : en);
