// SQL over the open copy (docs/sql.md).
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import type { QuestionInSql, QuestionToWrite, SqlAnswer, SqlTables } from '@/model/contract';
import { request } from './client';

export const useSqlTables = () => useQuery({ queryKey: ['sql', 'tables'], queryFn: ({ signal }) => request<SqlTables>('/api/sql', { signal }), staleTime: 60_000 });

/** `asked` counts how often a person has asked: the same text may be asked again, of newer events. */
export function useSql(query: string, asked: number) {
  return useQuery({
    queryKey: ['sql', 'answer', query, asked],
    queryFn: ({ signal }) => request<SqlAnswer>('/api/sql', { method: 'POST', json: { query }, signal }),
    enabled: query.trim() !== '',
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: Infinity,
  });
}

/** Writes a question of another page as SQL, or says why it cannot be. */
export const useQuestionInSql = () => useMutation({ mutationFn: (question: QuestionToWrite) => request<QuestionInSql>('/api/sql/equivalent', { method: 'POST', json: question }) });
