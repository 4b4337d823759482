// Saved audiences: the question is kept, never the list of people.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { PeopleQuestion } from '@/model/contract';
import { request } from './client';

export interface SavedAudience {
  id: string;
  name: string;
  customers?: number | null;
}

/** Keeps the people behind a mark of the map, or a cell of retention, as an audience. */
export function useSaveAudience() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ name, question, select }: { name: string } & Pick<PeopleQuestion, 'question' | 'select'>) =>
      request<SavedAudience>('/api/audiences', { method: 'POST', json: { name, question: { kind: 'people', question, select } } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['audiences'] }),
  });
}
