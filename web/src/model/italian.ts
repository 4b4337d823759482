// Small words that Italian bends to what follows: "il 23 %", "l’8 %", "lo 0 %"; "dal 12 %", "dall’11 %".

type Article = 'il' | 'lo' | 'l’';

/** The article of a number written in digits. */
function articleOf(number: string): Article {
  if (/^0(?!\d)/.test(number)) return 'lo';
  return /^(8|1(?!\d)|11(?!\d))/.test(number) ? 'l’' : 'il';
}

const forms: Record<'the' | 'from' | 'to', Record<Article, string>> = {
  the: { il: 'il ', lo: 'lo ', 'l’': 'l’' },
  from: { il: 'dal ', lo: 'dallo ', 'l’': 'dall’' },
  to: { il: 'al ', lo: 'allo ', 'l’': 'all’' },
};

export const withArticle = (number: string, form: 'the' | 'from' | 'to' = 'the'): string => `${forms[form][articleOf(number)]}${number}`;

/** "a settembre", "ad agosto". */
export const inMonth = (month: string): string => `${/^a/i.test(month) ? 'ad' : 'a'} ${month}`;
